import type { ByteString } from '../../../shared/byte-string.ts';
import { errnoOf } from '../../platform/errno.ts';
import type { FileStat } from '../../platform/file-stat.ts';
import type { OpenDirectory } from '../../platform/source-files.ts';

/** What the last backup found, by which a disk that is not mounted is told from one of which everything was deleted. */
export interface EarlierMounts {
  /** Whether a directory was a mount point. */
  wasMounted(path: ByteString): boolean;
  /** The device of a directory that had entries; null of anything else. */
  heldOn(path: ByteString): number | null;
  /** Whether what is not looked at stays as it was; a full backup knows of nothing that could. */
  readonly stays: boolean;
}

/** Where something lies. Mount is 0 where the system does not say. */
export type Placed = Pick<FileStat, 'device' | 'mount'>;

/** Whether a directory is a mount point, by itself and the one that it lies in. */
export const isMountPoint = (own: Placed, above: Placed): boolean =>
  own.mount !== 0 && above.mount !== 0 ? own.mount !== above.mount : own.device !== above.device;

export interface DirectoryFound {
  readonly path: ByteString;
  readonly device: number;
  readonly mounted: boolean;
  readonly root: boolean;
  readonly directory: OpenDirectory;
}

/** Why a directory is believed to lack its disk, and whether it is to be passed over; null when there is no reason to. */
export function lacksDisk(
  { path, device, mounted, root, directory }: DirectoryFound,
  earlier: EarlierMounts,
): { readonly message: string; readonly passOver: boolean } | null {
  const unmounted = !mounted && earlier.wasMounted(path);
  if (!unmounted && !root) return null;
  const before = earlier.heldOn(path);
  if (before === null) return null;
  const empty = isEmpty(directory);
  if (!unmounted && !(empty && before !== device)) return null;
  const passOver = earlier.stays || (root && empty);
  const found = unmounted
    ? 'was a mount point in the last backup, and nothing is mounted there now'
    : 'had something in it in the last backup, and is an empty directory on another device now';
  return { message: `${found}; ${whatBecomes(passOver, earlier.stays)}`, passOver };
}

const whatBecomes = (passOver: boolean, stays: boolean): string => {
  if (!passOver) return 'what lies there now is in this set, and what the disk holds is in earlier ones';
  if (!stays) return 'left out of this set. Mount the disk, or take the folder out of the selection';
  return 'it stays in the set as it was. Mount the disk; if it is meant to be so, run one backup with --level full';
};

/** Whether nothing lies in a directory; one that cannot be listed does not count as empty. */
const isEmpty = (directory: OpenDirectory): boolean => {
  let entries = 0;
  try {
    // Opened anew: a listing goes on where the last one of the same descriptor ended.
    const again = directory.openDirectory('' as ByteString);
    try {
      again.list(() => {
        entries += 1;
      });
    } finally {
      again.close();
    }
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return false;
  }
  return entries === 0;
};
