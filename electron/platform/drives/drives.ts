import { statfs } from 'node:fs/promises';
import { type Disk, type FoundDisks, findDisks } from './disks.ts';
import { holdingDisks } from './holding-disks.ts';
import { isNetwork, type Mount, userMounts } from './mounts.ts';

export interface MountedPlace {
  /** Raw bytes as latin1. */
  readonly path: string;
  readonly fileSystem: string;
  readonly bytes: number | null;
  readonly bytesFree: number | null;
  readonly readOnly: boolean;
}

export interface FoundDrive extends Omit<Disk, 'name'> {
  readonly device: string;
  readonly system: boolean;
  readonly places: readonly MountedPlace[];
}

/** Places of the running system. */
const SYSTEM = new Set(['/', '/boot', '/boot/efi', '/usr', '/var']);
/** A share whose server does not answer must not hold up the others. */
const PATIENCE_MS = 1500;

/** Drives and shares with what is mounted of them: the system's drive first, then those with places, then by device. */
export const listDrives = async (
  find: () => Promise<FoundDisks> = findDisks,
  mounts: readonly Mount[] = userMounts(),
): Promise<{ readonly source: FoundDisks['source']; readonly drives: FoundDrive[] }> => {
  const { source, disks } = await find();
  const owners = mounts.map((mount) => ownersOf(mount, disks));
  const ofDisks = disks.map(async (disk) => {
    const own = mounts.filter((_, at) => owners[at]?.includes(disk.name));
    return await driveOf({ ...disk, device: `/dev/${disk.name}` }, own);
  });
  const others = Map.groupBy(
    mounts.filter((_, at) => owners[at]?.length === 0),
    (mount) => mount.source,
  );
  const ofOthers = [...others].map(async ([device, own]) => {
    const bus = own.some(isNetwork) ? 'NETWORK' : 'UNKNOWN';
    const readOnly = own.every((mount) => mount.readOnly);
    return await driveOf({ device, label: device, bus, bytes: null, removable: false, readOnly }, own);
  });
  const drives = await Promise.all([...ofDisks, ...ofOthers]);
  return { source, drives: drives.toSorted(inOrder) };
};

const ownersOf = (mount: Mount, disks: readonly Disk[]): string[] => {
  const device = mount.source.startsWith('/dev/') ? mount.source : mount.device;
  const found = holdingDisks(device);
  const known = found.length > 0 ? found : holdingDisks(mount.device);
  return known.filter((name) => disks.some((disk) => disk.name === name));
};

const driveOf = async (disk: Omit<FoundDrive, 'system' | 'places'>, mounts: readonly Mount[]): Promise<FoundDrive> => {
  const places = await Promise.all(mounts.map(placeOf));
  const { device, label, bus, bytes, removable, readOnly } = disk;
  const known = bytes ?? (places.length === 1 ? (places[0]?.bytes ?? null) : null);
  const system = mounts.some(({ path }) => SYSTEM.has(path));
  return { device, label: label || device, bus, bytes: known, removable, readOnly, system, places };
};

const placeOf = async ({ path, fileSystem, readOnly }: Mount): Promise<MountedPlace> => {
  const space = await Promise.race([
    statfs(Buffer.from(path, 'latin1')).catch(() => null),
    new Promise<null>((done) => setTimeout(done, PATIENCE_MS, null).unref()),
  ]);
  return {
    path,
    fileSystem,
    readOnly,
    bytes: space && space.blocks * space.bsize,
    bytesFree: space && space.bavail * space.bsize,
  };
};

const inOrder = (one: FoundDrive, other: FoundDrive): number =>
  Number(other.system) - Number(one.system) ||
  Number(other.places.length > 0) - Number(one.places.length > 0) ||
  (one.device < other.device ? -1 : 1);
