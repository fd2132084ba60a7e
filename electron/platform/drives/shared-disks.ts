import { realpath, stat } from 'node:fs/promises';
import { type ByteString, parentOf } from '../../../shared/byte-string.ts';
import { holdingDisks } from './holding-disks.ts';
import { allMounts, isNetwork, type Mount } from './mounts.ts';

/** By what two places are lost together. */
export type SharedBy = 'fileSystem' | 'disk';

/** The file system that a place lies on, and the disks below that. A block device stands for what is on it. */
export interface Footing {
  /** `major:minor`. */
  readonly device: string;
  /** Names of disks; none when the system does not say, as of shares. */
  readonly disks: readonly string[];
}

/**
 * Where a path lies, or the nearest folder above it that is there. `path` is absolute. Null when nobody may look. Disks below an image that is
 * mounted through a loop device are not looked for, nor those of file systems with several devices besides the first.
 */
export const footingOf = async (path: ByteString, mounts: readonly Mount[] = allMounts()): Promise<Footing | null> => {
  // A server that does not answer would keep whoever asks for a file there.
  const named = mountOf(path, mounts);
  if (named && isNetwork(named)) return { device: named.device, disks: [] };
  for (let at = path; ; at = parentOf(at)) {
    const file = Buffer.from(at, 'latin1');
    const found = await stat(file).catch((error: NodeJS.ErrnoException) => error);
    if (found instanceof Error) {
      if (at === '/' || (found.code !== 'ENOENT' && found.code !== 'ENOTDIR')) return null;
      continue;
    }
    const device = numbersOf(found.isBlockDevice() ? found.rdev : found.dev);
    const direct = holdingDisks(device);
    if (direct.length > 0 || found.isBlockDevice()) return { device, disks: direct };
    // Subvolumes have numbers of their own that are no disk's.
    const real = await realpath(file, { encoding: 'latin1' }).catch(() => null);
    const mount = real === null ? undefined : mountOf(real, mounts);
    return { device, disks: mount?.source.startsWith('/dev/') ? holdingDisks(mount.source) : [] };
  }
};

/** The mount that a path lies on; of several at one place the last hides the others. */
const mountOf = (path: string, mounts: readonly Mount[]): Mount | undefined =>
  mounts
    .toReversed()
    .filter((each) => lies(path, each.path))
    .toSorted((a, b) => b.path.length - a.path.length)[0];

/** Whether what breaks one breaks the other, as far as the system tells. */
export const sharedBy = (one: Footing, other: Footing): SharedBy | null => {
  if (one.device === other.device) return 'fileSystem';
  return one.disks.some((disk) => other.disks.includes(disk)) ? 'disk' : null;
};

const lies = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

/** `makedev(3)` of Linux, taken apart. */
export const numbersOf = (dev: number): string => {
  const wide = BigInt(dev);
  const major = ((wide >> 8n) & 0xfffn) | ((wide >> 32n) & 0xfffff000n);
  const minor = (wide & 0xffn) | ((wide >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
};
