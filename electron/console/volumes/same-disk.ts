import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The number of a device as `/sys/dev/block` names it, from how Linux packs it into `st_dev` and `st_rdev`. */
export const deviceNumber = (packed: number): string =>
  `${(packed >>> 8) & 0xfff}:${(packed & 0xff) | ((packed >>> 12) & 0xfff00)}`;

/** Whether a device, given by its number, is this disk, a part of it, or a loop device over it or a part of one. */
export const isPartOf = (number: string, disk: string): boolean => {
  const known = `/sys/dev/block/${number}`;
  for (const each of [known, join(known, '..')]) if (textOf(join(each, 'loop', 'backing_file')) === disk) return true;
  const own = blockNumber(disk);
  if (own === null) return false;
  return own === number || (textOf(join(known, 'partition')) !== null && textOf(join(known, '..', 'dev')) === own);
};

/** Whether what is written to one of two devices or images may be on the other one. */
export const shareDisk = (one: string, other: string): boolean => {
  const [first, second] = [blockNumber(one), blockNumber(other)];
  return (first !== null && isPartOf(first, other)) || (second !== null && isPartOf(second, one));
};

/** Whether two paths are one image, also under another name of it, or devices and images of which one is on the other. */
export const isOneDisk = (one: string, other: string): boolean =>
  one === other || isOneFile(one, other) || shareDisk(one, other);

/** A file may have several names (hard links), a device several nodes. */
const isOneFile = (one: string, other: string): boolean => {
  const [first, second] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false, bigint: true }));
  return first !== undefined && second !== undefined && first.dev === second.dev && first.ino === second.ino;
};

const blockNumber = (path: string): string | null => {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isBlockDevice() ? deviceNumber(stat.rdev) : null;
};

const textOf = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
};
