import type { KeyEnvelope } from './key-envelope.ts';

const ENTRY_BYTES = 320;
const SET_BYTES = 1536;
const ENVELOPE_BYTES = 512;
const FIXED_BYTES = 4096;
const MARGIN_BYTES = 32 * 1024 * 1024;
const MARGIN_SHARE = 0.05;

/** Bytes that a tail takes at most, for chunks and sets of a number; nothing counts on compression. */
export const tailBytes = (chunks: number, sets: number, envelopes: readonly KeyEnvelope[]): number =>
  FIXED_BYTES + chunks * ENTRY_BYTES + sets * SET_BYTES + envelopes.length * ENVELOPE_BYTES;

/** Bytes before the end of a tape at which it warns: 32 MiB or 5 %, and never less than a tail takes. */
export const warningBytes = (capacity: number, tail: number): number =>
  Math.max(tail, Math.min(MARGIN_BYTES, Math.floor(capacity * MARGIN_SHARE)));
