import { closeSync, fsyncSync, openSync, statSync } from 'node:fs';
import { errnoOf, ioError } from '../../platform/errno.ts';
import { FileDevice } from './file-device.ts';
import type { DiskIdentity } from './space-state.ts';

/**
 * By what an image file is known again, or null for what cannot be: a block device may have been written to through another
 * mount without anything to see.
 */
export const diskIdentity = (path: string): DiskIdentity | null => {
  const stat = statSync(path, { bigint: true });
  if (!stat.isFile()) return null;
  return {
    inode: String(stat.ino),
    size: Number(stat.size),
    modified: String(stat.mtimeNs),
    changed: String(stat.ctimeNs),
  };
};

/** The inode of an image file; empty for a device. */
export const diskInode = (path: string): string => diskIdentity(path)?.inode ?? '';

export const sameDisk = (one: DiskIdentity | null, other: DiskIdentity | null): boolean =>
  one !== null && other !== null && JSON.stringify(one) === JSON.stringify(other);

export const diskSize = (path: string): number => {
  const disk = new FileDevice(path, { readOnly: true });
  try {
    return disk.size;
  } finally {
    disk.close();
  }
};

/** Makes durable what any thread wrote to a disk. */
export const syncDisk = (path: string): void => {
  try {
    const fd = openSync(path, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw ioError('fsync', errnoOf(error) ?? 'EIO', path, error);
  }
};
