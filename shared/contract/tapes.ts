import * as z from 'zod';
import { POOLS } from './choices.ts';
import { command, query } from './procedure.ts';
import { byteCount, count, id, place, time } from './values.ts';

export const tapeView = z.object({
  /** Volume id. */
  id: z.string(),
  barcode: z.string(),
  pool: z.string(),
  /** Slot or drive it is in; both null when it is not in the library. */
  slot: count.nullable(),
  drive: count.nullable(),
  /** blank, labelled, filling, full, retired, missing, damaged; `note` says why the last two. */
  state: z.string(),
  note: z.string(),
  /** Since when nothing that is kept is on it, so that it is labelled anew when a tape is wanted; null otherwise. */
  expiredAt: time.nullable().default(null),
  writeProtected: z.boolean(),
  bytesCapacity: byteCount,
  bytesUsed: byteCount,
  chunks: count,
  mounts: count,
  labelledAt: time.nullable(),
});
export type TapeView = z.infer<typeof tapeView>;

export const tapeProcedures = {
  'tape.list': query(z.strictObject({ vault: place }), z.object({ tapes: z.array(tapeView) })),
  /** Adds labelled tapes, in new slots when none is free. Without barcodes one tape, with the next barcode. */
  'tape.label': command(
    z.strictObject({
      vault: place,
      barcodes: z.array(z.string().min(1).max(32)).max(10_000).optional(),
      pool: z.enum(POOLS).optional(),
    }),
    z.object({ tapes: z.array(tapeView) }),
  ),
  'tape.show': query(
    z.strictObject({ tape: z.string().min(1).max(32), vault: place.optional() }),
    z.object({
      tape: tapeView,
      vault: z.string(),
      /** In the order in which they lie. */
      chunks: z.array(
        z.object({
          tapeSequence: count,
          set: id,
          object: z.string().nullable(),
          sequence: count,
          kind: z.enum(['data', 'metadata']),
          block: count,
          offset: byteCount,
          bytes: byteCount,
        }),
      ),
    }),
  ),
};
