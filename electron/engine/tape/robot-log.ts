import { closeSync, constants, fstatSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { ColdframeError } from '../../../shared/errors.ts';
import { durableWrite } from '../../platform/durable-write.ts';
import { errnoOf } from '../../platform/errno.ts';
import { randomId } from '../../platform/ids.ts';
import { openRegular } from '../../platform/regular-file.ts';
import { type RobotUser, robotUsers } from '../../platform/robot-user.ts';

/** Where a tape is: slots and drives by their numbers in the library, from 1; `element`: of a changer, by its address, what is neither, or not of this vault. */
const place = z.object({
  kind: z.enum(['slot', 'drive', 'import-export', 'robot', 'element', 'rack']),
  number: z.number().int().nonnegative(),
});
export type RobotPlace = z.output<typeof place>;

const begun = z.object({
  id: z.string(),
  /** Milliseconds since the epoch, when it began. */
  at: z.number().int().nonnegative(),
  /** Empty when it cannot be read. */
  barcode: z.string(),
  from: place,
  to: place,
  for: z.array(z.object({ job: z.string(), kind: z.string(), object: z.string().nullable() })),
});
const ended = z.object({
  /** That of the move. */
  ends: z.string(),
  outcome: z.enum(['done', 'failed', 'unknown']),
  tookMs: z.number().nonnegative(),
  /** Why it is not done; empty otherwise. */
  message: z.string(),
});
type Ended = z.output<typeof ended>;

/** What the robot did, or was about to do when its process was killed: then the outcome is `unknown`. */
export type RobotMove = z.output<typeof begun> & Omit<Ended, 'ends' | 'tookMs'> & { readonly tookMs: number | null };

/** What is to be moved. */
export type WantedMove = Pick<RobotMove, 'barcode' | 'from' | 'to'>;

const FILE = 'robot.jsonl';
/** Some two thousand moves; the older half goes. */
const MOST_BYTES = 512 * 1024;

/**
 * Writes down a move that begins now, for whatever jobs are being worked for unless some are named; the returned function writes down how it ended. Whoever moves calls
 * it. Not flushed, and what cannot be written is left out: a log keeps nobody from his tapes.
 */
export const logMove = (
  vault: string,
  move: WantedMove,
  users: readonly RobotUser[] = robotUsers(),
): ((failure?: ColdframeError) => void) => {
  const id = randomId();
  const since = performance.now();
  append(vault, { id, at: Date.now(), ...move, for: [...users] } satisfies z.output<typeof begun>);
  return (failure) =>
    append(vault, {
      ends: id,
      outcome: failure === undefined ? 'done' : isUnknown(failure) ? 'unknown' : 'failed',
      tookMs: Math.round(performance.now() - since),
      message: failure?.message ?? '',
    } satisfies Ended);
};

/** A robot that does not answer any more may have moved it. */
const isUnknown = ({ code }: ColdframeError): boolean => code === 'DEVICE_UNREACHABLE';

/** The moves that were kept, oldest first; what is no line of one is passed over. Empty where there is no log, or none that can be read. */
export const readRobotLog = (vault: string): RobotMove[] => {
  const moves = new Map<string, RobotMove>();
  for (const line of linesOf(vault)) {
    const value = parsed(line);
    const first = begun.safeParse(value);
    if (first.success) {
      moves.set(first.data.id, { ...first.data, outcome: 'unknown', tookMs: null, message: '' });
      continue;
    }
    const last = ended.safeParse(value);
    const move = last.success ? moves.get(last.data.ends) : undefined;
    if (!last.success || move === undefined) continue;
    const { ends, ...how } = last.data;
    moves.set(ends, { ...move, ...how });
  }
  return [...moves.values()];
};

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};

const linesOf = (vault: string): string[] => {
  try {
    const fd = openRegular(join(vault, FILE), constants.O_RDONLY);
    try {
      return tail(fd).split('\n');
    } finally {
      closeSync(fd);
    }
  } catch (thrown) {
    if (errnoOf(thrown) === null) throw thrown;
    return [];
  }
};

/** No more than a log is long, whoever made it so. */
const tail = (fd: number): string => {
  const { size } = fstatSync(fd);
  const bytes = Buffer.alloc(Math.min(size, 2 * MOST_BYTES));
  return bytes.toString('utf8', 0, readSync(fd, bytes, 0, bytes.length, size - bytes.length));
};

const append = (vault: string, line: object): void => {
  const path = join(vault, FILE);
  try {
    const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT;
    const fd = openRegular(path, flags | (constants.O_NOFOLLOW ?? 0));
    let kept: string | null = null;
    try {
      const { size } = fstatSync(fd);
      // A line that a kill cut is ended, so that it takes no other with it.
      writeSync(fd, `${endsInLine(fd, size) ? '' : '\n'}${JSON.stringify(line)}\n`);
      if (size > MOST_BYTES) kept = tail(fd).slice(-MOST_BYTES / 2);
    } finally {
      closeSync(fd);
    }
    if (kept !== null) durableWrite(path, kept.slice(kept.indexOf('\n') + 1));
  } catch (thrown) {
    if (errnoOf(thrown) === null) throw thrown;
  }
};

const endsInLine = (fd: number, size: number): boolean => {
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  return readSync(fd, last, 0, 1, size - 1) === 0 || last[0] === 0x0a;
};
