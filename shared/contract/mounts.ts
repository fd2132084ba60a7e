import * as z from 'zod';
import { JOB_KINDS } from './job-states.ts';
import { byteCount, count, id, time } from './values.ts';

/** A job that waits for tapes that are not in the library: it did the rest, and goes on when one of them is back. */
export const mountRequest = z.object({
  job: id,
  kind: z.enum(JOB_KINDS),
  object: z.string().nullable(),
  /** Folder of the vault. */
  vault: z.string(),
  since: time,
  tapes: z.array(
    z.object({
      tape: z.string(),
      barcode: z.string(),
      /** The slot that is its own, also while it is away. */
      slot: count.nullable(),
      /** Import/export slot that it lies in, from where it has to be taken in; null when it is in none. */
      importExport: count.nullable().default(null),
      pool: z.string(),
      /** Where a person keeps it, in their words; null when nobody said. */
      shelf: z.string().nullable().default(null),
      /** Barcodes of tapes that would do as well: its copies, or what it is a copy of. */
      instead: z.array(z.string()),
      /** What waits for it. */
      chunks: count,
      bytes: byteCount,
      /** Why what lies in its place is not it; empty otherwise. */
      note: z.string(),
    }),
  ),
});
export type MountRequest = z.infer<typeof mountRequest>;
