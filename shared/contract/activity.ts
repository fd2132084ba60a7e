import * as z from 'zod';
import { query } from './procedure.ts';
import { count, cursor, page, time } from './values.ts';

/** An act that somebody may want to know of later. Written once, never changed, never removed. */
export const activityEntry = z.object({
  sequence: count,
  at: time,
  /** Name of the procedure. */
  act: z.string(),
  outcome: z.enum(['done', 'warned', 'failed', 'cancelled']),
  /** Code of the error; null when there was none. */
  error: z.string().nullable(),
  object: z.string().nullable(),
  /** Folder of the vault. */
  vault: z.string().nullable(),
  /** Of one that warned, `warnings` is how many there were, and `warned` the first of them, a line each. */
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type ActivityEntry = z.infer<typeof activityEntry>;

export const activityProcedures = {
  /** Newest first. */
  'activity.list': query(
    z.strictObject({ object: z.string().optional(), vault: z.string().optional(), ...page }),
    z.object({ entries: z.array(activityEntry), total: count, next: cursor }),
  ),
};
