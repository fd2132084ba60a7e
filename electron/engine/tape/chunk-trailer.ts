import { crc32 } from 'node:zlib';
import { tapeDamaged } from './tape-errors.ts';

/** Trailer record of a chunk: docs/MEDIA-FORMAT.md, section 4. */
export const CHUNK_TRAILER_BYTES = 48;
const MAGIC = Buffer.from('CFCHEND1');

export interface ChunkTrailer {
  readonly tapeSequence: number;
  readonly payloadChecksum: number;
  readonly payloadBytes: number;
  readonly records: number;
  /** The checksum that the header record carries. */
  readonly headerChecksum: number;
}

/** The trailer as a record. */
export const encodeChunkTrailer = (trailer: ChunkTrailer): Buffer => {
  const record = Buffer.alloc(CHUNK_TRAILER_BYTES);
  MAGIC.copy(record);
  record.writeUInt32LE(trailer.tapeSequence, 8);
  record.writeUInt32LE(trailer.payloadChecksum, 12);
  record.writeBigUInt64LE(BigInt(trailer.payloadBytes), 16);
  record.writeUInt32LE(trailer.records, 24);
  record.writeUInt32LE(trailer.headerChecksum, 28);
  record.writeUInt32LE(crc32(record.subarray(0, 44)), 44);
  return record;
};

/** Reads a trailer record. Throws TAPE_DAMAGED. */
export const decodeChunkTrailer = (data: Uint8Array, tape: string): ChunkTrailer => {
  const record = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const intact =
    record.length === CHUNK_TRAILER_BYTES &&
    record.subarray(0, 8).equals(MAGIC) &&
    crc32(record.subarray(0, 44)) === record.readUInt32LE(44);
  if (!intact) throw tapeDamaged(tape, 'there is no chunk trailer where one belongs, or it is damaged');
  return {
    tapeSequence: record.readUInt32LE(8),
    payloadChecksum: record.readUInt32LE(12),
    payloadBytes: Number(record.readBigUInt64LE(16)),
    records: record.readUInt32LE(24),
    headerChecksum: record.readUInt32LE(28),
  };
};
