import * as z from 'zod';
import { count, durationMs, id, time } from './values.ts';

/** A job that a tape is moved for. */
const robotUser = z.object({ job: id, kind: z.string(), object: z.string().nullable() });

/**
 * Where a tape is: a slot, drive or import/export slot by its number (0: one of the latter, which is not told); `robot`: in its hand; `rack`: where virtual cleaning
 * tapes lie; `element`: what of a changer is not of this vault, by its address.
 */
const robotPlace = z.object({
  kind: z.enum(['slot', 'drive', 'import-export', 'robot', 'element', 'rack']),
  number: count,
});
export type RobotPlaceView = z.infer<typeof robotPlace>;

/** A move as the robot wrote it down. */
export const robotMove = z.object({
  id: z.string(),
  at: time,
  /** Volume id; null for a tape that the library does not know. */
  tape: z.string().nullable(),
  /** Empty when it cannot be read. */
  barcode: z.string(),
  from: robotPlace,
  to: robotPlace,
  /** The jobs that wanted it; none where it was nobody's. */
  for: z.array(robotUser),
  /** `unknown`: its process was killed, or the robot did not answer any more, so that it may lie in either place; `moving`: it is under way. */
  outcome: z.enum(['done', 'failed', 'unknown', 'moving']),
  /** Why it is not done; empty otherwise. */
  message: z.string(),
  tookMs: durationMs.nullable(),
});
export type RobotMoveView = z.infer<typeof robotMove>;

/** What the robot does, or what waits for it. */
const robotWanted = z.object({
  /** Of the tape, as it was named; null where all of a changer is looked at, empty where it is whatever lies in a drive. */
  barcode: z.string().nullable(),
  for: z.array(robotUser),
  since: time,
  /** It is for another vault in the same changer. */
  elsewhere: z.boolean(),
});
export type RobotWantedView = z.infer<typeof robotWanted>;

/** The robot of a library, which does one thing after the other. */
export const robotView = z.object({
  moving: robotWanted.nullable(),
  /** In its order. */
  waiting: z.array(robotWanted),
});
export type RobotView = z.infer<typeof robotView>;

/** What came of a move that an operator wanted. */
export const tapeMove = z.object({
  tape: z.string(),
  barcode: z.string(),
  from: robotPlace,
  to: robotPlace,
  /** False when it lay there already. */
  moved: z.boolean(),
});
export type TapeMoveView = z.infer<typeof tapeMove>;
