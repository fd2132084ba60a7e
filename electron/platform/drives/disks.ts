import { readdirSync, readFileSync } from 'node:fs';

/** A whole disk, without what is mounted of it. */
export interface Disk {
  /** Name in /dev. */
  readonly name: string;
  readonly label: string;
  readonly bus: string;
  readonly bytes: number | null;
  readonly removable: boolean;
  readonly readOnly: boolean;
}

export interface FoundDisks {
  readonly source: 'drivelist' | 'mounts';
  readonly disks: readonly Disk[];
}

/**
 * The disks of this machine. drivelist asks `lsblk` on Linux; its entry for that is taken directly, because the main one
 * wants a native part that only other systems use. Where it does not work sysfs has the rest, but not the bus.
 */
export const findDisks = async (): Promise<FoundDisks> => {
  try {
    const { default: drivelist } = await import('drivelist/js/lsblk/index.js');
    const drives = await drivelist.lsblk();
    const disks = drives.map((drive) => ({
      name: drive.device.replace(/^\/dev\//, ''),
      label: labelOfDisk(drive.description, drive.device),
      bus: drive.busType,
      bytes: drive.size,
      removable: drive.isRemovable && drive.isVirtual !== true,
      readOnly: drive.isReadOnly,
    }));
    return { source: 'drivelist', disks: disks.filter(({ name, bytes }) => !isMapped(name) && bytes !== null) };
  } catch {
    return { source: 'mounts', disks: sysfsDisks() };
  }
};

/** What a disk is called. The number of its maker says nothing to anybody, and those of virtual machines often have nothing else. */
export const labelOfDisk = (description: string, device: string): string => {
  const words = description.split(/\s+/).filter((word) => word !== '' && !/^0x[0-9a-f]+$/i.test(word));
  if (words.length > 0) return words.join(' ');
  const name = device.replace(/^\/dev\//, '');
  return /^x?vd[a-z]/.test(name) ? `Virtual disk ${name}` : '';
};

/** What lies on other disks is shown as theirs. */
const isMapped = (name: string): boolean => /^(mapper\/|dm-|md\d|zram|loop|ram)/.test(name);

const sysfsDisks = (): Disk[] => {
  try {
    return readdirSync('/sys/block')
      .filter((name) => !isMapped(name) && !name.startsWith('sr'))
      .map((name) => ({
        name,
        label: labelOfDisk(sysfs(name, 'device/model') ?? '', name),
        bus: 'UNKNOWN',
        // Always in units of 512 bytes, whatever the disk has (block/stat in the kernel's documentation).
        bytes: Number(sysfs(name, 'size') ?? 0) * 512,
        removable: sysfs(name, 'removable') === '1',
        readOnly: sysfs(name, 'ro') === '1',
      }))
      .filter(({ bytes }) => bytes > 0);
  } catch {
    return [];
  }
};

const sysfs = (name: string, attribute: string): string | null => {
  try {
    return readFileSync(`/sys/block/${name}/${attribute}`, 'utf8').trim();
  } catch {
    return null;
  }
};
