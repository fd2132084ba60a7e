import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type DiskLock, lockDisk } from '../../../platform/disk-lock.ts';
import { RobotQueue, type RobotTicket, type RobotWanted } from './robot-queue.ts';
import { deviceFailed } from './scsi-errors.ts';

const LOOK_MS = 20;
/** A robot moves one tape after the other; of a large library it may be waited for as long as this. */
const PATIENCE_MS = 1_800_000;

/**
 * Has the robot of a changer to itself while it brings a tape: two drives that want the tapes of each other would take them out of each other's
 * way and find the wrong ones. Threads and consoles of this user on this machine wait for each other, who came first goes first, and what each of them wants can be seen
 * meanwhile; blocks its thread. Errors: DEVICE_FAILED when the turn does not come.
 */
export const inRobotTurn = <T>(changer: string, wanted: RobotWanted, work: () => T): T => {
  const queue = queueOf(changer);
  const ticket = queue?.join(wanted) ?? null;
  try {
    const lock = turnOf(changer, ticket);
    try {
      ticket?.begin();
      return work();
    } finally {
      lock.release();
    }
  } finally {
    ticket?.end();
  }
};

/** What the robot of a changer does now, and what waits for it, in its order. */
export const robotQueueOf = (changer: string): ReturnType<RobotQueue['list']> => queueOf(changer)?.list() ?? [];

const fileOf = (changer: string): string => {
  const name = createHash('sha256').update(changer).digest('hex').slice(0, 16);
  return join(tmpdir(), `coldframe-robot-${userInfo().uid}-${name}`);
};

const queueOf = (changer: string): RobotQueue | null => RobotQueue.at(`${fileOf(changer)}.queue`);

const turnOf = (changer: string, ticket: RobotTicket | null): DiskLock => {
  const file = fileOf(changer);
  if (!isOurs(file, userInfo().uid)) return { release: () => undefined };
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = ticket === null || ticket.isNext() ? lockDisk(file) : null;
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
