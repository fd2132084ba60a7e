import { asColdframeError } from '../../../shared/errors.ts';
import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import type { TapeReader } from '../../engine/tape/tape-reader.ts';

/** Bytes that are read as one when a payload is damaged: what cannot be read is left as zeros. */
const SALVAGE_BYTES = 262_144;

/**
 * Reads a chunk's payload into `memory`. When it is damaged, whatever can be read of it: its units say by themselves
 * whether they are whole. Returns the reason when nothing of it can be had.
 */
export const readPayload = (tape: TapeReader, place: ChunkPlace, memory: Buffer): string | null => {
  try {
    tape.readChunkPayload(place, memory);
    return null;
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (error.kind !== 'damaged' && error.code !== 'IO' && error.code !== 'TAPE_MISMATCH') throw error;
    return salvage(tape, place, memory);
  }
};

const salvage = (tape: TapeReader, place: ChunkPlace, memory: Buffer): string | null => {
  let reason: string | null = null;
  let found = 0;
  for (let at = 0; at < place.payloadBytes; at += SALVAGE_BYTES) {
    const length = Math.min(SALVAGE_BYTES, place.payloadBytes - at);
    try {
      tape.readUnitRange(place, at, length, memory.subarray(at, at + length));
      found += 1;
    } catch (thrown) {
      reason = asColdframeError(thrown).message;
      memory.fill(0, at, at + length);
    }
  }
  return found === 0 ? reason : null;
};
