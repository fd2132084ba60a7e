import { asColdframeError, type ColdframeError } from '../../../../shared/errors.ts';
import type { ChunkPlace } from '../../../../shared/model/block-set.ts';
import type { TapeReader } from '../../tape/tape-reader.ts';
import type { FilledSlot } from './thread-protocol.ts';

/** What came of reading a chunk into memory. */
export type ChunkReading = Omit<FilledSlot, 'memory'>;

/** Bytes that are read as one when a payload is damaged: what cannot be read is left as zeros. */
const SALVAGE_BYTES = 262_144;

/** Reads a payload; when it is damaged, what can be read of it. Throws what says nothing about the chunk. */
export const readChunk = (tape: TapeReader, place: ChunkPlace, memory: Buffer): ChunkReading => {
  try {
    tape.readChunkPayload(place, memory);
    return { length: place.payloadBytes, lost: null, damage: null, unread: false };
  } catch (thrown) {
    return salvageChunk(tape, place, memory, thrown);
  }
};

/** Reads what can be read of a chunk that is damaged as `thrown` says; its units say by themselves whether they are whole. */
export const salvageChunk = (tape: TapeReader, place: ChunkPlace, memory: Buffer, thrown: unknown): ChunkReading => {
  const damage = asColdframeError(thrown);
  demandOfChunk(damage);
  let reason = '';
  let found = 0;
  let wrong = false;
  for (let at = 0; at < place.payloadBytes; at += SALVAGE_BYTES) {
    const length = Math.min(SALVAGE_BYTES, place.payloadBytes - at);
    try {
      tape.readUnitRange(place, at, length, memory.subarray(at, at + length));
      found += 1;
    } catch (failure) {
      const error = asColdframeError(failure);
      demandOfChunk(error);
      reason = error.message;
      wrong ||= error.kind === 'damaged';
      memory.fill(0, at, at + length);
    }
  }
  const nothing = found === 0;
  return {
    length: place.payloadBytes,
    lost: nothing ? reason : null,
    damage: damage.message,
    unread: nothing && !wrong,
  };
};

/** What says nothing about the chunk is thrown: of a drive that failed nobody learns what lies on its tape. */
const demandOfChunk = (error: ColdframeError): void => {
  if (error.kind !== 'damaged' && error.code !== 'IO') throw error;
};
