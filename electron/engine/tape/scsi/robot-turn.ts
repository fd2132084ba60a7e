import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type DiskLock, lockDisk } from '../../../platform/disk-lock.ts';
import { deviceFailed } from './scsi-errors.ts';

const LOOK_MS = 20;
/** A robot moves one tape after the other; of a large library it may be waited for as long as this. */
const PATIENCE_MS = 1_800_000;

/**
 * Has the robot of a changer to itself while it brings a tape: two drives that want the tapes of each other would take them out of each other's
 * way and find the wrong ones. Threads and consoles of this user on this machine wait for each other; blocks its thread. Errors: DEVICE_FAILED
 * when the turn does not come.
 */
export const inRobotTurn = <T>(changer: string, work: () => T): T => {
  const lock = turnOf(changer);
  try {
    return work();
  } finally {
    lock.release();
  }
};

const turnOf = (changer: string): DiskLock => {
  const name = createHash('sha256').update(changer).digest('hex').slice(0, 16);
  const { uid } = userInfo();
  const file = join(tmpdir(), `coldframe-robot-${uid}-${name}`);
  if (!isOurs(file, uid)) return { release: () => undefined };
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = lockDisk(file);
    if (lock !== null) return lock;
    if (performance.now() > until) throw deviceFailed(changer, 'its robot is busy for others all the time');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS);
  }
};

/** Makes the file if need be. One that somebody else put there could be locked for ever, and a folder that takes none must not stop a restore. */
const isOurs = (file: string, uid: number): boolean => {
  try {
    const fd = openSync(file, constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o600);
    try {
      return fstatSync(fd).uid === uid;
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
};
