import { closeSync, openSync, statSync } from 'node:fs';
import { lock } from './linux/index.ts';

export interface DiskLock {
  release(): void;
}

/** Takes an image file or a block device for this process alone, without waiting; null when another one has it. */
export type LockDisk = (path: string) => DiskLock | null;

const UNLOCKED: DiskLock = { release: () => undefined };
/** Who looks what is on a device locks it for a moment, as udev does when one appears. */
const DEVICE_WAIT_MS = 50;
const DEVICE_TRIES = 10;

/**
 * An advisory lock of the system (flock), which ends with the process. Where such calls, or locks of this file, are not possible, nobody
 * is kept away.
 */
export const lockDisk: LockDisk = (path) => {
  if (process.platform !== 'linux') return UNLOCKED;
  const stat = statSync(path, { throwIfNoEntry: false });
  // Whoever uses one that is not there, or that cannot be opened, hears of that.
  const fd = stat === undefined ? null : opened(path, stat.isFile());
  if (fd === null) return UNLOCKED;
  try {
    if (locked(fd, stat?.isFile() ? 1 : DEVICE_TRIES)) return { release: () => closeSync(fd) };
  } catch {
    closeSync(fd);
    return UNLOCKED;
  }
  closeSync(fd);
  return null;
};

/** Network file systems lock exclusively only what is open for writing; a device that was is looked through when it is closed. */
const opened = (path: string, writable: boolean): number | null => {
  for (const flags of writable ? ['r+', 'r'] : ['r']) {
    try {
      return openSync(path, flags);
    } catch {
      // The next one.
    }
  }
  return null;
};

const locked = (fd: number, tries: number): boolean => {
  for (let left = tries; left > 0; left -= 1) {
    if (lock(fd, 'exclusive')) return true;
    if (left > 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, DEVICE_WAIT_MS);
  }
  return false;
};
