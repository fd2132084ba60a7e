import * as z from 'zod';
import { LEVELS } from '../../../shared/model/block-set.ts';
import { keyEnvelopes } from './key-envelope.ts';

/** The JSON of a tail: docs/MEDIA-FORMAT.md, section 7. */
const natural = z.number().int().nonnegative();
const hexId = z.string().regex(/^[0-9a-f]{32}$/);
const volumeId = z.string().regex(/^[A-Z0-9]{6}$/);

const directoryEntry = z.object({
  set: hexId,
  sequence: natural,
  kind: z.enum(['data', 'metadata']),
  part: natural,
  tapeSequence: natural,
  block: natural,
  offset: natural,
  /** Data records. */
  records: natural,
  payload: natural,
  last: z.boolean(),
});

export const directory = z.object({ volume: volumeId, chunks: z.array(directoryEntry) });
export type Directory = z.output<typeof directory>;
export type DirectoryEntry = z.output<typeof directoryEntry>;

const catalogSet = z.object({
  id: hexId,
  /** These four are null where the writer did not know them: for a set that an interrupted backup left behind. */
  object: z.object({ id: hexId, name: z.string() }).nullable(),
  level: z.enum(LEVELS).nullable(),
  parent: hexId.nullable(),
  createdAt: natural.nullable(),
  /** Chunks on this tape, and the bytes of their payloads. */
  chunks: natural,
  bytes: natural,
  complete: z.boolean(),
});

export const tapeCatalog = z.object({ volume: volumeId, sets: z.array(catalogSet) });
export type TapeCatalog = z.output<typeof tapeCatalog>;
export type TapeCatalogSet = z.output<typeof catalogSet>;

export const envelopesRecord = z.object({
  envelopes: keyEnvelopes,
  /** Of two records of a vault the one with the greater has the later envelopes; not written when it is 0. */
  generation: natural.default(0),
});
