import * as z from 'zod';
import { AUDIT_PHASES, CHECK_KINDS, CHECK_OUTCOMES } from './choices.ts';
import { JOB_KINDS, JOB_STATES } from './job-states.ts';
import { query } from './procedure.ts';
import { byteCount, count, durationMs, id, time } from './values.ts';

/** A month of a calendar: `2026-11`. */
export const month = z.string().regex(/^(19[7-9]\d|[2-9]\d{3})-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-11');

/** How many checks of a kind came out how. */
const checkCounts = z.record(z.enum(CHECK_OUTCOMES), count);

const objectReport = z.object({
  object: z.string(),
  /** Folder of its vault; null when the home does not protect it any more. */
  vault: z.string().nullable(),
  /** Backups that began in the month, by how they came out. */
  runs: count,
  succeeded: count,
  /** Of those, with warnings. */
  warned: count,
  failed: count,
  interrupted: count,
  cancelled: count,
  /** The newest good backup at the end of the month, as far as this home made it. */
  lastGood: z.object({ at: time, logicalBytes: byteCount.nullable() }).nullable(),
  /** Since when a backup was missing when the report was written; null when none was. */
  overdueSince: time.nullable(),
  /** Logical size of the first and of the last good backup of the month. */
  sizes: z.object({ first: byteCount, last: byteCount }).nullable(),
  bytesRead: byteCount,
  bytesStored: byteCount,
  /** The longest backup that ended. */
  longestMs: durationMs.nullable(),
  restoreTests: checkCounts,
  verifications: checkCounts,
  /** Sets that expired, and what they had stored. */
  expiredSets: count,
  expiredBytes: byteCount,
});

const vaultReport = z.object({
  vault: z.string(),
  name: z.string(),
  /** Of all of it. */
  verifications: checkCounts,
  /** As it is when the report is made, not as it was; null when it is out of reach. */
  space: z
    .object({
      bytesCapacity: byteCount,
      bytesUsed: byteCount,
      bytesFree: byteCount,
      bytesFreeOnDisk: byteCount.nullable(),
    })
    .nullable(),
  fullAt: time.nullable(),
});

/** What was done, how it came out, and what is wrong, of one month. */
export const monthReport = z.object({
  month,
  /** The time zone whose month it is, that of the console. */
  zone: z.string(),
  from: time,
  /** The first moment after it. */
  until: time,
  writtenAt: time,
  /** Whether the month was over when it was written. */
  over: z.boolean(),
  host: z.string(),
  version: z.string(),
  objects: z.array(objectReport),
  vaults: z.array(vaultReport),
  /** Jobs that came to nothing, newest first; `failuresTotal` says how many there are. */
  failures: z.array(
    z.object({
      job: id,
      kind: z.enum(JOB_KINDS),
      outcome: z.enum(JOB_STATES),
      object: z.string().nullable(),
      vault: z.string(),
      at: time,
      error: z.string().nullable(),
      message: z.string().nullable(),
    }),
  ),
  failuresTotal: count,
  /** Checks that found something wrong, and restores that met damage or lacked tapes, newest first. */
  damage: z.array(
    z.object({
      job: id,
      kind: z.enum([...CHECK_KINDS, 'restore']),
      object: z.string().nullable(),
      vault: z.string().nullable(),
      at: time,
      /** All that was found wrong, what is counted below among it. */
      found: count,
      /** What is damaged, and what lies on tapes that are not in the vault, of which nobody knows that it is: in elements or chunks. */
      unit: z.enum(['elements', 'chunks']),
      damaged: count,
      /** Of what is damaged that which is whole on another tape. */
      wholeElsewhere: count.default(0),
      missing: count,
      /** Tapes whose beginning is damaged, which costs none of these. */
      tapes: count,
      /** Sets that are incomplete. */
      incompleteSets: count,
    }),
  ),
  /** Sets that expired. */
  retention: z.array(
    z.object({
      job: id,
      object: z.string(),
      at: time,
      sets: count,
      bytes: byteCount,
      freedTapes: z.array(z.string()),
    }),
  ),
  /** Acts of the audit log, oldest first; `auditTotal` says how many there are. */
  audit: z.array(
    z.object({
      sequence: count,
      at: time,
      act: z.string(),
      outcome: z.enum(AUDIT_PHASES),
      error: z.string().nullable(),
      object: z.string().nullable(),
      vault: z.string().nullable(),
    }),
  ),
  auditTotal: count,
});
export type MonthReport = z.infer<typeof monthReport>;

export const reportProcedures = {
  /** Without a month: the one that goes on now in the zone of the console. */
  'report.month': query(z.strictObject({ month: month.optional() }), monthReport),
};
