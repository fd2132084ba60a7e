import * as z from 'zod';
import { LEVELS } from '../model/block-set.ts';
import { attention } from './attention.ts';
import { checkStanding } from './checks.ts';
import { progressSample } from './jobs.ts';
import { sharedPlace } from './places.ts';
import { query } from './procedure.ts';
import { byteCount, count, durationMs, id, time } from './values.ts';
import { vaultView } from './vaults.ts';

/** Worst last: what a list is sorted by. `away`: its last good set cannot be restored until tapes, or the vault, are back. */
export const OBJECT_STATES = ['ok', 'running', 'warnings', 'away', 'overdue', 'failed', 'never'] as const;
export type ObjectState = (typeof OBJECT_STATES)[number];

const goodSet = z.object({
  id,
  level: z.enum(LEVELS),
  createdAt: time,
  /** Up to when `overview` was asked. */
  ageMs: durationMs,
  elements: count,
  logicalBytes: byteCount,
  warnings: count,
  /** The newest set that it builds on, or went on from, of which something is known to be damaged; null when there is none. */
  damagedBelow: z.object({ set: id, createdAt: time }).nullable().default(null),
});

const trendPoint = z.object({
  set: id,
  level: z.enum(LEVELS),
  createdAt: time,
  logicalBytes: byteCount,
  bytesRead: byteCount,
  bytesStored: byteCount,
});

export const objectOverview = z.object({
  id,
  name: z.string(),
  vault: z.object({ id, name: z.string(), dir: z.string() }),
  state: z.enum(OBJECT_STATES),
  /** What the state follows from. */
  reason: z.object({
    code: z.enum([
      'GOOD',
      'NO_SET',
      'CATALOG_UNREADABLE',
      'TOO_OLD',
      'RUN_MISSED',
      'JOB_FAILED',
      'JOB_INTERRUPTED',
      'CHECK_WRONG',
      'TAPES_AWAY',
      'SET_WARNED',
      'JOB_RUNNING',
    ]),
    /** The job that failed or runs. */
    job: id.nullable(),
    /** Code of its error. */
    error: z.string().nullable(),
    /** How old the last good set may be where no schedule says when the next one is due. */
    overdueAfterMs: durationMs,
  }),
  /** Since when a backup is missing, by its schedules, else by the setting; null when none is. */
  overdueSince: time.nullable(),
  lastGood: goodSet.nullable(),
  sets: count,
  /** The job that runs, waits or is paused now. */
  running: z.object({ job: id, state: z.string(), progress: progressSample.nullable() }).nullable(),
  /** The last sets, 30 at most, oldest first. */
  trend: z.array(trendPoint),
  /** What the last good set had to read; null before the first. */
  changedBytes: byteCount.nullable(),
  /** When a schedule backs it up next; null when none does. */
  nextRun: time.nullable(),
  /** Whether it has schedules that back it up, and each of them is paused. */
  schedulesPaused: z.boolean().default(false),
  restoreTest: checkStanding,
  verify: checkStanding,
  /** What of it lies on the disk of its vault, and is in no other vault: what breaks that disk takes both. Of files only. */
  sharedDisk: z.array(sharedPlace).default([]),
});
export type ObjectOverview = z.infer<typeof objectOverview>;

export const vaultOverview = z.object({
  vault: vaultView,
  reachable: z.boolean(),
  /** Null when it is out of reach. */
  space: z
    .object({
      /** What its tapes, and the slots that are still empty, can hold. */
      bytesCapacity: byteCount,
      bytesUsed: byteCount,
      /** What can still be written to its tapes and empty slots. */
      bytesFree: byteCount,
      /** What the disk that it lies on has left, which may be less than its tapes would take. */
      bytesFreeOnDisk: byteCount.nullable(),
      slots: count,
      slotsFree: count,
      drives: count,
    })
    .nullable(),
  /** Number of tapes in each state. */
  tapes: z.record(z.string(), count),
  /** Null while there is too little to go by. */
  forecast: z.object({ bytesPerDay: z.number().nonnegative(), fullAt: time.nullable(), days: count }).nullable(),
  objects: count,
  sets: count,
  /** Verifications of all of it. */
  verify: checkStanding,
});
export type VaultOverview = z.infer<typeof vaultOverview>;

export const overviewProcedures = {
  overview: query(
    z.strictObject({}),
    z.object({
      at: time,
      objects: z.array(objectOverview),
      vaults: z.array(vaultOverview),
      /** The most urgent first. */
      attention: z.array(attention),
    }),
  ),
};
