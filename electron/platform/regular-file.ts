import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';

/** Something else than a file stands where a file was to be opened. */
export class NotARegularFile extends Error {
  /** What calls that only files allow report. */
  readonly code = 'EINVAL';
}

/**
 * Opens a file, and nothing but a file: a FIFO or a device that somebody put in its place would hold up the whole thread,
 * or be read without an end. `devices`: block devices may stand there too. Throws NotARegularFile and what `openSync` does.
 */
export const openRegular = (path: string | URL, flags: number, { mode = 0o600, devices = false } = {}): number => {
  const fd = openSync(path, flags | (constants.O_NONBLOCK ?? 0), mode);
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile() && !(devices && stats.isBlockDevice()))
      throw new NotARegularFile(`it is ${kindOf(stats)}, not a file`);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
};

/** The content of a file. Throws as `openRegular`. */
export const readRegular = (path: string | URL): Buffer => {
  const fd = openRegular(path, constants.O_RDONLY);
  try {
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
};

/** The same without holding up the thread, for files that may lie on a share. Rejects as `readRegular` throws. */
export const readRegularLater = async (path: string): Promise<Buffer> => {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new NotARegularFile(`it is ${kindOf(stats)}, not a file`);
    return await file.readFile();
  } finally {
    await file.close();
  }
};

const kindOf = (stats: Stats): string => {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a FIFO';
  return stats.isSocket() ? 'a socket' : 'a device';
};
