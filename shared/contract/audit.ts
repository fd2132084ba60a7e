import * as z from 'zod';
import { AUDIT_PHASES } from './choices.ts';
import { query } from './procedure.ts';
import { count, cursor, page, time } from './values.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits');

/** An act that could have cost data, or loosened what keeps it safe. */
export const auditEntry = z.object({
  /** Number of the record of its beginning. */
  sequence: count,
  at: time,
  endedAt: time.nullable(),
  act: z.string(),
  /** `begun`: it is under way; `unknown`: its process ended before it could say. */
  outcome: z.enum(AUDIT_PHASES),
  error: z.string().nullable(),
  object: z.string().nullable(),
  vault: z.string().nullable(),
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** Of the record of its beginning: SHA-256 over it and the digest of the record before. */
  digest,
});
export type AuditEntry = z.infer<typeof auditEntry>;

const head = z.strictObject({ sequence: z.number().int().positive(), digest });

export const auditProcedures = {
  /** Newest first. */
  'audit.list': query(
    z.strictObject({
      act: z.string().optional(),
      object: z.string().optional(),
      vault: z.string().optional(),
      ...page,
    }),
    z.object({ entries: z.array(auditEntry), total: count, next: cursor }),
  ),
  /** Follows the chain from its beginning. `head`: a record as it was noted elsewhere. */
  'audit.verify': query(
    z.strictObject({ head: head.optional() }),
    z.object({
      /** Records that were looked at. */
      records: count,
      /** The last one that is right: to be noted elsewhere; null when there is none. */
      head: head.nullable(),
      /** `changed`: that record is not what was written, or not what was noted; `missing`: it is not there; `cut`: it and all after it are not. */
      problem: z.object({ kind: z.enum(['changed', 'missing', 'cut']), sequence: count }).nullable(),
    }),
  ),
};
