import { crc32 } from 'node:zlib';
import type { TapeId } from '../../../shared/units.ts';
import { sealContext, type UnitSeal } from '../blockset/unit.ts';
import { MAX_RECORD_BYTES } from './container.ts';
import { FORMAT_VERSION } from './node-header.ts';
import { newerOnTape, tapeDamaged } from './tape-errors.ts';

/** Head records and the trailer of a tail: docs/MEDIA-FORMAT.md, section 7. */
export const TAIL_HEAD_BYTES = 32;
export const TAPE_TRAILER_BYTES = 64;
/** The directory before the file label, and the catalog behind it. */
export type TailPart = 'directory' | 'catalog';
const MAGICS: Readonly<Record<TailPart, Buffer>> = {
  directory: Buffer.from('CFTAPDIR'),
  catalog: Buffer.from('CFTAPCAT'),
};
const SEQUENCES: Readonly<Record<TailPart, number>> = { directory: 0xffffffff, catalog: 0xfffffffe };
const TRAILER_MAGIC = Buffer.from('CFTAPEND');

export interface TailHead {
  readonly payloadBytes: number;
  readonly records: number;
  readonly payloadChecksum: number;
}

/** What seals the units of a tail: the tape key, bound to tape and part. Null when there is no key. */
export const tailSeal = (volume: TapeId, part: TailPart, tapeKey: Uint8Array | null): UnitSeal | null => {
  if (tapeKey === null) return null;
  const id = Buffer.alloc(16);
  id.write(volume, 'latin1');
  return { key: tapeKey, context: sealContext(id, SEQUENCES[part]) };
};

/** The head record of directory or catalog. */
export const encodeTailHead = (part: TailPart, head: TailHead): Buffer => {
  const record = Buffer.alloc(TAIL_HEAD_BYTES);
  MAGICS[part].copy(record);
  record.writeBigUInt64LE(BigInt(head.payloadBytes), 8);
  record.writeUInt32LE(head.records, 16);
  record.writeUInt32LE(head.payloadChecksum, 20);
  record.writeUInt32LE(crc32(record.subarray(0, 28)), 28);
  return record;
};

/** Whether a record is an intact head of this part. */
export const isTailHead = (data: Uint8Array, part: TailPart): boolean => {
  const record = view(data);
  return (
    record.length === TAIL_HEAD_BYTES &&
    record.subarray(0, 8).equals(MAGICS[part]) &&
    crc32(record.subarray(0, 28)) === record.readUInt32LE(28)
  );
};

/** Reads a head record. Throws TAPE_DAMAGED. */
export const decodeTailHead = (data: Uint8Array, part: TailPart, tape: string): TailHead => {
  if (!isTailHead(data, part)) throw tapeDamaged(tape, `the head of its ${part} is missing or damaged`);
  const record = view(data);
  const head = {
    payloadBytes: Number(record.readBigUInt64LE(8)),
    records: record.readUInt32LE(16),
    payloadChecksum: record.readUInt32LE(20),
  };
  if (head.payloadBytes > head.records * MAX_RECORD_BYTES)
    throw tapeDamaged(tape, `the length of its ${part} is out of range`);
  return head;
};

export interface TapeTrailer {
  readonly chunks: number;
  /** Position of the directory's head record. */
  readonly directoryBlock: number;
  readonly directoryOffset: number;
  readonly writtenAt: number;
  /** Sum over all chunks. */
  readonly payloadBytes: number;
}

/** The tape trailer as a record. */
export const encodeTapeTrailer = (trailer: TapeTrailer): Buffer => {
  const record = Buffer.alloc(TAPE_TRAILER_BYTES);
  TRAILER_MAGIC.copy(record);
  record.writeUInt32LE(FORMAT_VERSION, 8);
  record.writeUInt32LE(trailer.chunks, 12);
  record.writeBigUInt64LE(BigInt(trailer.directoryBlock), 16);
  record.writeBigUInt64LE(BigInt(trailer.directoryOffset), 24);
  record.writeBigUInt64LE(BigInt(trailer.writtenAt), 32);
  record.writeBigUInt64LE(BigInt(trailer.payloadBytes), 40);
  record.writeUInt32LE(crc32(record.subarray(0, 60)), 60);
  return record;
};

/** Reads a tape trailer. Throws TAPE_DAMAGED, also for a newer version. */
export const decodeTapeTrailer = (data: Uint8Array, tape: string): TapeTrailer => {
  const record = view(data);
  const intact =
    record.length === TAPE_TRAILER_BYTES &&
    record.subarray(0, 8).equals(TRAILER_MAGIC) &&
    crc32(record.subarray(0, 60)) === record.readUInt32LE(60);
  if (!intact) throw tapeDamaged(tape, 'its trailer is missing or damaged');
  if (record.readUInt32LE(8) > FORMAT_VERSION) throw newerOnTape(tape, 'tail', record.readUInt32LE(8));
  const long = (offset: number): number => Number(record.readBigUInt64LE(offset));
  return {
    chunks: record.readUInt32LE(12),
    directoryBlock: long(16),
    directoryOffset: long(24),
    writtenAt: long(32),
    payloadBytes: long(40),
  };
};

const view = (data: Uint8Array): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
