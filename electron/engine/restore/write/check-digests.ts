import { hash } from 'node:crypto';
import type { MappedExtent } from '../plan/piece-codec.ts';

const DIGEST_BYTES = 32;

/** Compares a digest with 32 bytes at an offset without making a view. */
const matches = (content: Uint8Array, digests: Uint8Array, at: number): boolean => {
  const digest = hash('sha256', content, 'buffer');
  return digest.compare(digests, at, at + DIGEST_BYTES) === 0;
};

/**
 * The content of an extent within the plain content of its unit, or null when it is not what was backed up: nothing is
 * given out before this.
 */
export const checkedContent = (plain: Uint8Array, extent: MappedExtent): Uint8Array | null => {
  const { unitOffset, length, digestSpan, digests } = extent;
  if (unitOffset + length > plain.length) return null;
  const content = plain.subarray(unitOffset, unitOffset + length);
  if (digestSpan === 0) return matches(content, digests, 0) ? content : null;
  for (let at = 0, index = 0; at < length; at += digestSpan, index += DIGEST_BYTES)
    if (!matches(content.subarray(at, Math.min(at + digestSpan, length)), digests, index)) return null;
  return content;
};
