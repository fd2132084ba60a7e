import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ColdframeError } from '../../../shared/errors.ts';
import { BLOCK_BYTES } from '../../../shared/units.ts';
import { diskSize } from '../../engine/snapshot/disk-identity.ts';
import { syncDirectory } from '../../platform/durable-write.ts';
import { errnoOf, ioError } from '../../platform/errno.ts';

/** The largest segment: a snapshot preserves one at a time while a writer waits. */
const SEGMENT_MOST = 64 * 1024 * 1024;
/** 16 TiB times 16: what segment numbers of 32 bits reach with segments of 64 KiB. */
const SIZE_MOST = 2 ** 48;

/** Throws USAGE for a size that is not whole blocks, or segments that are no power of two of blocks. */
export const demandGeometry = (size: number, segmentBytes: number): void => {
  if (size <= 0 || size % BLOCK_BYTES !== 0 || size > SIZE_MOST) {
    throw usage(
      `A volume of ${size} bytes cannot be managed`,
      `Choose a multiple of ${BLOCK_BYTES} bytes, up to 256 TiB.`,
    );
  }
  const power = Number.isInteger(Math.log2(segmentBytes));
  if (!power || segmentBytes < BLOCK_BYTES || segmentBytes > SEGMENT_MOST) {
    throw usage(`Segments of ${segmentBytes} bytes cannot be tracked`, 'Choose a power of two from 4 KiB to 64 MiB.');
  }
  if (size / segmentBytes > 2 ** 31) throw usage('The volume would have too many segments', 'Choose larger ones.');
};

/** Makes an image file of zeroes that takes no room yet; throws when there is one. */
export const makeImage = (path: string, size: number): void => {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const fd = openSync(path, 'wx', 0o600);
    try {
      ftruncateSync(fd, size);
      fsyncSync(fd);
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    } finally {
      closeSync(fd);
    }
    syncDirectory(dirname(path));
  } catch (error) {
    if (error instanceof ColdframeError) throw error;
    throw ioError('create', errnoOf(error) ?? 'EIO', path, error);
  }
};

/** The real path and the size of a disk that is there; throws for what is no image file and no block device. */
export const adoptDisk = (path: string): { readonly path: string; readonly size: number } => {
  if (!existsSync(path))
    throw usage(
      `There is no file or device ${path}`,
      'Check the path; `volume create` makes a new image.',
      'NO_SUCH_PATH',
    );
  const real = realpathSync(path);
  const stat = statSync(real);
  if (!stat.isFile() && !stat.isBlockDevice())
    throw usage(`${path} is neither an image file nor a block device`, 'Name one of those.');
  return { path: real, size: diskSize(real) };
};

export const imagePlace = (folder: string, name: string): string => join(folder, 'disks', `${name}.img`);

const usage = (what: string, guidance: string, code: 'USAGE' | 'NO_SUCH_PATH' = 'USAGE'): ColdframeError =>
  new ColdframeError(code, { message: `${what}.`, guidance });
