import * as z from 'zod';
import { type TapeId, tapeId, type VaultId, vaultId } from '../../../shared/units.ts';
import { decodeJson, encodeJsonRecord } from './json-record.ts';
import { keyEnvelopes } from './key-envelope.ts';
import { newerOnTape, tapeDamaged } from './tape-errors.ts';

/** The version of the media format that this code writes. */
export const FORMAT_VERSION = 1;

const anyVersion = z.object({ format: z.literal('coldframe-tape'), version: z.number().int().min(1) });
const brandedVault = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .transform((id): VaultId => vaultId(id));
const brandedTape = z
  .string()
  .regex(/^[A-Z0-9]{6}$/)
  .transform((id): TapeId => tapeId(id));

const nodeHeader = z.object({
  format: z.literal('coldframe-tape'),
  version: z.number().int(),
  vault: z.object({ id: brandedVault, name: z.string() }),
  tape: z.object({
    volume: brandedTape,
    barcode: z.string().max(64),
    /** The pool at labelling; the library knows the present one. */
    pool: z.string().max(64),
    sequence: z.number().int().min(1),
    labelledAt: z.iso.datetime(),
  }),
  sealed: z.boolean(),
  envelopes: keyEnvelopes,
});

/** What a tape says of itself and its vault: docs/MEDIA-FORMAT.md, section 2. */
export type NodeHeader = z.output<typeof nodeHeader>;

/** The node header as a record. */
export const encodeNodeHeader = (header: Omit<NodeHeader, 'format' | 'version'>): Buffer =>
  encodeJsonRecord({ format: 'coldframe-tape', version: FORMAT_VERSION, ...header });

/** Reads a node header. Throws TAPE_DAMAGED, also for a newer version. */
export const decodeNodeHeader = (record: Uint8Array, tape: string): NodeHeader => {
  const { version } = decodeJson(anyVersion, record, tape, 'its node header');
  if (version > FORMAT_VERSION) throw newerOnTape(tape, 'label', version);
  const header = decodeJson<NodeHeader>(nodeHeader, record, tape, 'its node header');
  if (header.sealed !== header.envelopes.length > 0)
    throw tapeDamaged(tape, 'its node header contradicts itself about its seal');
  return header;
};
