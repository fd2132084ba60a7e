import * as z from 'zod';
import { JOB_KINDS, JOB_STATES } from './job-states.ts';
import { byteCount, count, durationMs, id, time, warning } from './values.ts';

/** States of a virtual channel, as in the table of the movers. */
export const CHANNEL_STATES = [
  'requested',
  'open',
  'at-beginning',
  'writing',
  'reading',
  'at-end',
  'closed',
  'error',
] as const;

/** Index of the block set in `sets`, payload bytes, 0 for data or 1 for metadata. */
export type LaneChunk = [set: number, bytes: number, kind: 0 | 1];

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

const isLaneChunk = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length === 3 &&
  isCount(value[0]) &&
  isCount(value[1]) &&
  (value[2] === 0 || value[2] === 1);

/** Tens of thousands in the picture of a long job: as tuples of schemas they would hold a page up for a tenth of a second. */
const laneChunks = z.custom<LaneChunk[]>((value) => Array.isArray(value) && value.every(isLaneChunk), {
  error: 'not a list of chunks',
});

const lane = z.object({
  /** Number of the drive, from 1. */
  drive: count,
  state: z.enum(CHANNEL_STATES),
  /** The tape in the drive, or the one that was last in it when `state` says that it is out; null before the first. */
  tape: z.string().nullable(),
  /** The tape that waits in the drive to be written to next: it is there before it is wanted. Null, or left out by versions before, when none does. */
  ahead: z.string().nullable().default(null),
  bytesCapacity: byteCount.nullable(),
  /** Bytes on the tape when it was put in. */
  bytesBefore: byteCount,
  /** Where the head is: bytes from the beginning of the tape. */
  position: byteCount,
  bytesPerSecond: z.number().nonnegative(),
  /** Chunks that were moved since this tape was put in, and those of them that are in `chunks` end there. */
  chunkCount: count,
  /**
   * In an event: the chunks since the event before (all of them after a change of tape). In a whole picture: all, or the
   * newest when there were very many.
   */
  chunks: laneChunks,
});
export type Lane = z.infer<typeof lane>;

const station = z.object({
  bytesPerSecond: z.number().nonnegative(),
  /** Share of the time in which it worked, 0 to 1; null when it cannot be told. */
  busy: z.number().min(0).max(1).nullable(),
});

export const LOG_CODES = [
  'STARTED',
  'MOUNTED',
  'UNMOUNTED',
  'BROUGHT_AHEAD',
  'SPANNED',
  'TAPE_REFUSED',
  'WARNED',
  'PHASE',
  'PAUSED',
  'RESUMED',
  'ENDED',
] as const;

const logEntry = z.object({
  at: time,
  code: z.enum(LOG_CODES),
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type LogEntry = z.infer<typeof logEntry>;

/** One job at one moment. The latest replaces the ones before it, but for `chunks`, `log` and `warnings`, which are added. */
export const picture = z.object({
  job: id,
  kind: z.enum(JOB_KINDS),
  state: z.enum(JOB_STATES),
  at: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  /** `chunks`, `log` and `warnings` are all there are: forget what came before. */
  whole: z.boolean(),
  phase: z.string(),
  /** The block sets that chunks name by their place here. Only ever grows. */
  sets: z.array(z.object({ id, object: z.string().nullable() })),
  lanes: z.array(lane),
  /** Null where content does not go through staging. */
  staging: z
    .object({ slots: count, filling: count, ready: count, draining: count, slotBytes: byteCount, bytes: byteCount })
    .nullable(),
  /** Of a backup of managed volumes: segments that were copied out of turn because somebody was about to overwrite them, and those read from there. Null of anything else, and of pictures from before. */
  sideFile: z.object({ copied: count, read: count }).nullable().default(null),
  stations: z.object({ source: station, processing: station, tape: station }),
  /** What the others wait for; null while it cannot be told. */
  bottleneck: z.enum(['source', 'processing', 'tape', 'limit']).nullable(),
  /** Bytes per second that it keeps to now; null: no limit. Pictures of earlier versions do not tell. */
  limit: z.object({ source: byteCount.nullable(), vault: byteCount.nullable() }).nullable().default(null),
  counts: z.object({
    elementsDone: count,
    elementsTotal: count.nullable(),
    bytesRead: byteCount,
    bytesStored: byteCount,
    bytesTotal: byteCount.nullable(),
    /** Looked at by the scan; more than those that have to be read. */
    elementsScanned: count.nullable(),
    leftOutElements: count.nullable(),
    leftOutBytes: byteCount.nullable(),
    warnings: count,
  }),
  etaMs: durationMs.nullable(),
  warnings: z.array(warning),
  log: z.array(logEntry),
});
export type Picture = z.infer<typeof picture>;
