import { fdatasyncSync, fstatSync, writeSync } from 'node:fs';
import { ioError } from './errno.ts';
import { endOf, nextData, nextHole, punchHole, writeDurably, zeroRange } from './linux/index.ts';

/** What image files and block devices are asked for besides plain reads and writes. Errors are `IO` or `DISK_FULL`, or Node's. */
export interface ImageFileCalls {
  /** Bytes that an open file or device has. */
  size(fd: number, path: string): number;
  /** Writes and makes these bytes durable; gives how many it took, as `write` does. */
  writeDurably(fd: number, from: Uint8Array, offset: number): number;
  /** Gives a range back so that it reads as zeroes. False: not possible here, nothing was done. */
  punchHole(fd: number, offset: number, length: number): boolean;
  /** Makes a range read as zeroes and keeps its room, without writing them. False as above. */
  zeroRange(fd: number, offset: number, length: number): boolean;
  /** Start of the next data at or after an offset; null: none follows; undefined: not known here. */
  nextData(fd: number, offset: number): number | null | undefined;
  /** Start of the next hole, likewise; the end of the file counts as one. */
  nextHole(fd: number, offset: number): number | null | undefined;
}

/** What the operating system offers for them. */
export const imageFileCalls = (platform: NodeJS.Platform = process.platform): ImageFileCalls =>
  platform === 'linux' ? LINUX : PORTABLE;

const writeThenSync = (fd: number, from: Uint8Array, offset: number): number => {
  const written = writeSync(fd, from, 0, from.length, offset);
  fdatasyncSync(fd);
  return written;
};

const LINUX: ImageFileCalls = {
  size: endOf,
  writeDurably: (fd, from, offset) => writeDurably(fd, from, offset) ?? writeThenSync(fd, from, offset),
  punchHole,
  zeroRange,
  nextData,
  nextHole,
};

const PORTABLE: ImageFileCalls = {
  size: (fd, path) => {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw ioError('size', 'EOPNOTSUPP', path);
    return stat.size;
  },
  writeDurably: writeThenSync,
  punchHole: () => false,
  zeroRange: () => false,
  nextData: () => undefined,
  nextHole: () => undefined,
};
