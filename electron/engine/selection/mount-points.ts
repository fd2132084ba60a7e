import type { ByteString } from '../../../shared/byte-string.ts';
import { errnoOf } from '../../platform/errno.ts';
import type { FileStat } from '../../platform/file-stat.ts';
import type { OpenDirectory } from '../../platform/source-files.ts';

/** What earlier backups found, by which a disk that is not mounted is told from one of which everything was deleted. */
export interface EarlierMounts {
  /** Whether a directory was a mount point. */
  wasMounted(path: ByteString): boolean;
  /** The device of a directory that had entries, when its disk was there last; null of anything else. */
  heldOn(path: ByteString): number | null;
  /** Whether what a directory held stays in the set when it is not looked at: a full backup, and what builds on one without it, hold nothing that could. */
  stays(path: ByteString): boolean;
  /** Directories that the last set was made without, and the devices on which they held something. */
  readonly missing: ReadonlyMap<ByteString, number>;
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
  /** Whether what is mounted below the root is selected too. */
  readonly crossing: boolean;
  readonly directory: OpenDirectory;
}

/** Why a directory is believed to lack its disk, and whether it is to be passed over; null when there is no reason to. */
export function lacksDisk(
  { path, device, mounted, root, crossing, directory }: DirectoryFound,
  earlier: EarlierMounts,
): { readonly message: string; readonly passOver: boolean } | null {
  const unmounted = !mounted && earlier.wasMounted(path);
  if (!root && !(unmounted && crossing)) return null;
  const before = earlier.heldOn(path);
  if (before === null) return null;
  const empty = isEmpty(directory);
  if (!unmounted && !(empty && before !== device)) return null;
  const stays = earlier.stays(path);
  const passOver = stays || (root && empty);
  const found = unmounted
    ? 'was a mount point when it was last backed up, and nothing is mounted there now'
    : 'had something in it when it was last backed up, and is an empty directory on another device now';
  return { message: `${found}; ${whatBecomes(passOver, stays)}. ${WHAT_TO_DO}`, passOver };
}

/** What is told of a directory that held something and is not there at all. */
export const goneMessage = (stays: boolean): string =>
  `held something when it was last backed up, and is not there now; ${whatBecomes(true, stays)}. ${WHAT_TO_DO}`;

const WHAT_TO_DO =
  'Mount the disk; if there is to be none any more, leave the folder out of the selection for one backup';

const whatBecomes = (passOver: boolean, stays: boolean): string => {
  if (!passOver) return 'what lies there now is in this set, and what the disk holds is in earlier ones';
  return stays ? 'it stays in the set as it was' : 'left out of this set, and what the disk holds is in earlier ones';
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
