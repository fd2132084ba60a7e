import * as z from 'zod';
import { CHECK_KINDS, CHECK_OUTCOMES } from './choices.ts';
import { job, query } from './procedure.ts';
import { byteCount, count, durationMs, id, name, pathOut, place, placedTape, time, warning } from './values.ts';

/** What a restore test finds wrong about an element. */
export const TEST_FAILURES = [
  'NOT_RESTORED',
  'TAPE_AWAY',
  'CONTENT_DIFFERS',
  'ATTRIBUTES_DIFFER',
  'SOURCE_DIFFERS',
  'NOT_TRIED_AGAIN',
] as const;

const failure = z.object({ ...pathOut, code: z.enum(TEST_FAILURES), message: z.string() });

/** How a verification or a restore test came out. */
export const checkView = z.object({
  job: id,
  kind: z.enum(CHECK_KINDS),
  /** Of a verification of one set the one that the set is of. Null for a whole vault, or when the object is no longer known. */
  object: z.string().nullable(),
  /** Folder of the vault; null when it is no longer known. */
  vault: z.string().nullable(),
  at: time,
  outcome: z.enum(CHECK_OUTCOMES),
  /** The set that was tested; of a verification the one that alone was read. Null when there were several. */
  set: id.nullable(),
  /** It read back what the backup of that set had written, and nothing of the sets that it builds on. */
  written: z.boolean().default(false),
  /** What was tested: elements of a restore test, chunks of a verification. */
  elements: count,
  bytes: byteCount,
  failures: count,
  /** Of a verification of a whole vault: names of the objects that what is damaged belongs to. */
  wrongIn: z.array(z.string()).default([]),
  /** The first of what failed. */
  failed: z.array(z.object({ ...pathOut, message: z.string() })),
  /** Why it came to no finding. */
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** Of a restore test: elements of the set, and how many of them are longer than a test takes. */
  population: count.nullable(),
  tooLong: count.nullable(),
  /** Of a restore test: elements that were compared with the source too, and those of which it has changed since. */
  sourceSame: count.nullable(),
  sourceChanged: count.nullable(),
});
export type CheckView = z.infer<typeof checkView>;

/** The newest check of a kind, as the overview shows it. */
export const checkSummary = z.object({
  job: id,
  at: time,
  ageMs: durationMs,
  outcome: z.enum(CHECK_OUTCOMES),
  elements: count,
  bytes: byteCount,
  failures: count,
});
export type CheckSummary = z.infer<typeof checkSummary>;

/** How it stands with one kind of checks. */
export const checkStanding = z.object({
  last: checkSummary.nullable(),
  /** Since when one is missing: a schedule was due, or, where none is, the last one is too old to go by. */
  overdueSince: time.nullable(),
  /** Whether a schedule does it. */
  scheduled: z.boolean(),
  /** Of verifications of an object: what each of its backups wrote is read back after it. */
  afterBackup: z.boolean().default(false),
  /** Of a verification that is wrong: all that is damaged is whole on another tape. */
  lostNowhere: z.boolean().default(false),
});
export type CheckStanding = z.infer<typeof checkStanding>;

export const checkProcedures = {
  /** Restores a random sample of an object into a folder of its own, compares it, and removes it again. */
  'restore.test': job(
    z.strictObject({
      object: name,
      /** Null or left out: the newest set, now and then an older one, and what failed the last time. */
      set: z.string().min(1).optional(),
      elements: z.number().int().min(1).max(1000).optional(),
      bytes: z.number().int().min(65_536).optional(),
    }),
    z.object({
      object: z.string(),
      set: id,
      elements: count,
      bytes: byteCount,
      inPieces: count,
      population: count,
      tooLong: count,
      sourceSame: count,
      sourceChanged: count,
      /** How it came out; versions before it was told left it out. */
      outcome: z.enum(CHECK_OUTCOMES).optional(),
      failures: z.array(failure),
      /** Tapes that were not here, and without which something did not come back. */
      tapesAway: z.array(placedTape).default([]),
      warnings: z.array(warning),
      durationMs,
    }),
  ),
  /** What verifications and restore tests found, newest first. */
  'check.list': query(
    z.strictObject({
      kind: z.enum(CHECK_KINDS).optional(),
      object: name.optional(),
      vault: place.optional(),
      limit: z.number().int().min(1).max(10_000).optional(),
    }),
    z.object({ checks: z.array(checkView) }),
  ),
};
