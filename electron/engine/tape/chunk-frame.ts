import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import type { TapeId, VaultId } from '../../../shared/units.ts';
import { CHUNK_HEADER_BYTES, type ChunkHeader, decodeChunkHeader, headerChecksum } from './chunk-header.ts';
import { CHUNK_TRAILER_BYTES, type ChunkTrailer, decodeChunkTrailer } from './chunk-trailer.ts';
import { framedBytes, WORD_BYTES } from './container.ts';
import { dataRecordCount, dataRecordLengths, dataRecordsFramedBytes } from './data-records.ts';
import type { TapeMedium, TapePosition } from './medium.ts';
import { tapeDamaged } from './tape-errors.ts';

/** Above what any chunk has; a length beyond it is damage, also on a medium that does not tell how long it is. */
const MAX_PAYLOAD_BYTES = 2 ** 40;

/** What every chunk of a tape must agree with. `headerKey` is null on a tape that is not sealed. */
export interface ChunkContext {
  readonly vault: VaultId;
  readonly volume: TapeId;
  readonly headerKey: Uint8Array | null;
}

/** Bytes that a whole chunk takes up in the container, its file mark included. */
export const chunkFramedBytes = (payloadBytes: number): number =>
  framedBytes(CHUNK_HEADER_BYTES) +
  dataRecordsFramedBytes(payloadBytes) +
  framedBytes(CHUNK_TRAILER_BYTES) +
  WORD_BYTES;

/** Records and the file mark of a whole chunk. */
export const chunkBlocks = (payloadBytes: number): number => dataRecordCount(payloadBytes) + 3;

/** A chunk header that was read, with its checksum, which the trailer repeats. */
export interface ReadHeader {
  readonly header: ChunkHeader;
  readonly checksum: number;
}

/** Reads the chunk header at the position and holds it against the tape and the place: a chunk of its length fits there. Throws TAPE_DAMAGED. */
export const readChunkHeader = (medium: TapeMedium, context: ChunkContext): ReadHeader => {
  const here = medium.position();
  const item = medium.read();
  if (item.kind !== 'record') throw tapeDamaged(medium.name, 'there is no chunk where one belongs', here.offset);
  const header = decodeChunkHeader(item.data, context.headerKey, medium.name);
  if (header.vault !== context.vault || header.tape !== context.volume)
    throw tapeDamaged(medium.name, `a chunk of tape ${header.tape} lies on it`, here.offset);
  if (header.block !== here.block || header.offset !== here.offset)
    throw tapeDamaged(medium.name, `a chunk that belongs at byte ${header.offset} lies here`, here.offset);
  if (header.payloadBytes > MAX_PAYLOAD_BYTES)
    throw tapeDamaged(medium.name, 'the length of a chunk is out of range', here.offset);
  if (here.offset + chunkFramedBytes(header.payloadBytes) > medium.endOffset)
    throw tapeDamaged(medium.name, 'a chunk is cut off', here.offset);
  return { header, checksum: headerChecksum(item.data) };
};

/** Reads the trailer at the position and the file mark behind it, and holds it against the header. Throws TAPE_DAMAGED. */
export const readChunkTrailer = (medium: TapeMedium, { header, checksum }: ReadHeader): ChunkTrailer => {
  const here = medium.position().offset;
  const item = medium.read();
  if (item.kind !== 'record') throw tapeDamaged(medium.name, 'a chunk has no trailer', here);
  const trailer = decodeChunkTrailer(item.data, medium.name);
  const agrees =
    trailer.headerChecksum === checksum &&
    trailer.tapeSequence === header.tapeSequence &&
    trailer.payloadBytes === header.payloadBytes &&
    trailer.records === dataRecordCount(header.payloadBytes);
  if (!agrees) throw tapeDamaged(medium.name, 'header and trailer of a chunk contradict each other', here);
  if (medium.read().kind !== 'mark') throw tapeDamaged(medium.name, 'no file mark follows a chunk', here);
  return trailer;
};

/**
 * Checks header, framing, trailer and file mark of the chunk at the position, without its data. Moves behind it. `leap`: moves over the data by
 * position, which on a drive reads none of it; that its records have their lengths only the place of the trailer tells then.
 */
export const checkChunkFrame = (medium: TapeMedium, context: ChunkContext, leap = false): ChunkHeader => {
  const read = readChunkHeader(medium, context);
  const { payloadBytes } = read.header;
  if (leap) {
    const { block, offset } = medium.position();
    const behind = {
      block: block + dataRecordCount(payloadBytes),
      offset: offset + dataRecordsFramedBytes(payloadBytes),
    };
    medium.locate(behind);
  } else medium.skipRecords(dataRecordLengths(payloadBytes));
  readChunkTrailer(medium, read);
  return read.header;
};

/** The place of a chunk, from its header. */
export const placeOf = (header: ChunkHeader): ChunkPlace => ({
  set: header.set,
  sequence: header.sequence,
  kind: header.kind,
  tape: header.tape,
  tapeSequence: header.tapeSequence,
  block: header.block,
  offset: header.offset,
  payloadBytes: header.payloadBytes,
});

/** The position behind a whole chunk. */
export const behindChunk = (place: {
  readonly block: number;
  readonly offset: number;
  readonly payloadBytes: number;
}): TapePosition => ({
  block: place.block + chunkBlocks(place.payloadBytes),
  offset: place.offset + chunkFramedBytes(place.payloadBytes),
});
