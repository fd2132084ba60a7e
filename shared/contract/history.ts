import * as z from 'zod';
import { JOB_KINDS, JOB_STATES } from './job-states.ts';
import { query } from './procedure.ts';
import { byteCount, count, cursor, durationMs, id, page, time } from './values.ts';

/** A job as the history lists it: how it came out, without what it answered. */
export const historyEntry = z.object({
  job: id,
  kind: z.enum(JOB_KINDS),
  outcome: z.enum(JOB_STATES),
  object: z.string().nullable(),
  /** Names of its objects where they are several. */
  objects: z.array(z.string()).optional(),
  /** Folder of the vault. */
  vault: z.string(),
  set: id.nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  /** From its start to its end; null while it has none. */
  durationMs: durationMs.nullable(),
  /** Null when nothing was counted. Of a backup what its set says, as soon as there is one. */
  elements: count.nullable(),
  /** Of a set: what its content takes where it came from. */
  logicalBytes: byteCount.nullable(),
  bytesRead: byteCount.nullable(),
  bytesStored: byteCount.nullable(),
  warnings: count,
  /** Of a verification: it found content that no tape which it read has whole. Consoles of before do not tell. */
  foundDamage: z.boolean().default(false),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** The job that took it up again. */
  resumedBy: id.nullable(),
});
export type HistoryEntry = z.infer<typeof historyEntry>;

/** Which jobs are wanted; what is not given does not matter. */
export const historyFilter = {
  object: z.string().optional(),
  kinds: z.array(z.enum(JOB_KINDS)).optional(),
  outcomes: z.array(z.enum(JOB_STATES)).optional(),
  /** Only verifications that found damage, or only what did not. */
  foundDamage: z.boolean().optional(),
  /** Created then or later. */
  from: time.optional(),
  /** Created then or earlier. */
  until: time.optional(),
};

export const historyProcedures = {
  /** All jobs that the home knows, newest first. */
  'history.list': query(
    z.strictObject({ ...historyFilter, ...page }),
    z.object({ entries: z.array(historyEntry), total: count, next: cursor }),
  ),
};
