import { crc32 } from 'node:zlib';
import { FRAME_BYTES, readFrame } from '../../blockset/unit.ts';
import { unitOffsets } from '../write/unit-walk.ts';

/**
 * Two readings of one payload, each damaged somewhere: afterwards `payload` has every unit that is whole in either. Units lie at the same
 * offsets in both, since copies of a chunk are the same bytes. Source: docs/MEDIA-FORMAT.md, section 4.
 */
export const putTogether = (payload: Buffer, other: Buffer): void => {
  for (const offset of unitOffsets(other).values()) {
    if (isWhole(payload, offset) || !isWhole(other, offset)) continue;
    const { bodyBytes } = readFrame(other, offset);
    other.copy(payload, offset, offset, offset + FRAME_BYTES + bodyBytes);
  }
};

/** Whether frame and body of a unit are as they were written, by their checksums. */
const isWhole = (payload: Buffer, offset: number): boolean => {
  try {
    const { bodyBytes } = readFrame(payload, offset);
    const body = payload.subarray(offset + FRAME_BYTES, offset + FRAME_BYTES + bodyBytes);
    return body.length === bodyBytes && crc32(body) === payload.readUInt32LE(offset + 32);
  } catch {
    return false;
  }
};
