import { randomBytes } from 'node:crypto';
import { rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { ColdframeError } from '../../../shared/errors.ts';
import { homeLayout } from './directory.ts';

/** Enough for what the console notes down while it lists, verifies and restores a while. */
const RESERVE_BYTES = 8 * 1024 ** 2;
/** It is only taken where it is not missed. */
const PLENTY_BYTES = 32 * RESERVE_BYTES;

/**
 * Sets room aside on the disk of a home, so that it can be listed and restored from when that disk is full: even to read, its databases
 * write. Random, for file systems that compress. Never throws: without it all is as before.
 */
export const keepReserve = (home: string): void => {
  const { reserve } = homeLayout(home);
  try {
    if (statSync(reserve, { throwIfNoEntry: false })?.size === RESERVE_BYTES) return;
    const { bavail, bsize } = statfsSync(home);
    if (bavail * bsize >= PLENTY_BYTES) writeFileSync(reserve, randomBytes(RESERVE_BYTES), { mode: 0o600 });
  } catch {
    isRemoved(reserve);
  }
};

/** Whether so little room is left on the disk of a home that work in it would end for want of it. */
export const isNearlyFull = (home: string): boolean => {
  try {
    const { bavail, bsize } = statfsSync(home);
    return bavail * bsize < RESERVE_BYTES;
  } catch {
    return false;
  }
};

/** What is said of that, once it lasts though the room that was set aside was given back; null where there is room. */
export const homeFull = (home: string): ColdframeError | null =>
  isNearlyFull(home)
    ? new ColdframeError('DISK_FULL', {
        message: `The disk of the home ${home} is full, or nearly: what backups and schedules do cannot be noted down there, so none begins once no room is left.`,
        guidance: 'Make room there; Coldframe goes on by itself.',
        context: { home },
      })
    : null;

/** Gives the room back; false when there was none. */
export const giveReserve = (home: string): boolean => {
  const { reserve } = homeLayout(home);
  const held = (statSync(reserve, { throwIfNoEntry: false })?.size ?? 0) > 0;
  return held && isRemoved(reserve);
};

const isRemoved = (path: string): boolean => {
  try {
    rmSync(path, { force: true });
    return true;
  } catch {
    return false;
  }
};
