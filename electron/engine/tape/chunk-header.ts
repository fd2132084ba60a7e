import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  type Bytes,
  bytes,
  type Millis,
  millis,
  type SetId,
  setId,
  type TapeId,
  tapeId,
  type VaultId,
  vaultId,
} from '../../../shared/units.ts';
import { FORMAT_VERSION } from './node-header.ts';
import { newerOnTape, tapeDamaged } from './tape-errors.ts';

/** Header and trailer records of a chunk: docs/MEDIA-FORMAT.md, section 4. */
export const CHUNK_HEADER_BYTES = 176;
export const CHUNK_MAGIC = Buffer.from('CFCHUNK1');
const BODY = 32;
const BODY_BYTES = 128;
const TAG = BODY + BODY_BYTES;
const CRC = 28;
const BOUND_BYTES = 12;

export interface ChunkHeader {
  readonly vault: VaultId;
  readonly set: SetId;
  readonly tape: TapeId;
  readonly kind: 'data' | 'metadata';
  /** The last metadata chunk of the set. */
  readonly last: boolean;
  /** Within the set, dense from 0. */
  readonly sequence: number;
  /** On the tape, dense from 0. */
  readonly tapeSequence: number;
  /** Units, the index unit included. */
  readonly units: number;
  /** Number of the metadata part, from 0; 0 in data chunks. */
  readonly part: number;
  readonly payloadBytes: Bytes;
  /** Sum over all units but the index. */
  readonly plainBytes: Bytes;
  readonly writtenAt: Millis;
  /** Where the header record lies: logical block number, and byte offset in the `.tap` file. */
  readonly block: number;
  readonly offset: number;
}

/** The header record of a chunk; sealed when a header key (32 bytes) is given. */
export const encodeChunkHeader = (header: ChunkHeader, key: Uint8Array | null): Buffer => {
  const record = Buffer.alloc(CHUNK_HEADER_BYTES);
  CHUNK_MAGIC.copy(record);
  record.writeUInt16LE(FORMAT_VERSION, 8);
  record.writeUInt16LE(key ? 1 : 0, 10);
  record.writeUInt32LE(BODY_BYTES, 24);
  record.set(encodeBody(header), BODY);
  if (key) sealBody(record, key);
  record.writeUInt32LE(crc32(record), CRC);
  return record;
};

/**
 * Reads a header record. `key` is the header key of a sealed tape, null of an open one; a record of the other sort is
 * refused. Throws TAPE_DAMAGED, also for a newer version.
 */
export const decodeChunkHeader = (data: Uint8Array, key: Uint8Array | null, tape: string): ChunkHeader => {
  if (!isChunkHeader(data)) throw tapeDamaged(tape, 'there is no chunk header where one belongs, or it is damaged');
  const record = Buffer.from(data);
  const version = record.readUInt16LE(8);
  if (version > FORMAT_VERSION) throw newerOnTape(tape, 'chunk', version);
  const sealed = (record.readUInt16LE(10) & 1) === 1;
  if (sealed !== (key !== null))
    throw tapeDamaged(tape, `a chunk header is ${sealed ? '' : 'not '}sealed, unlike the tape`);
  return decodeBody(key ? openBody(record, key, tape) : record.subarray(BODY, TAG), tape);
};

/** Whether a record is a chunk header whose checksum matches. */
export const isChunkHeader = (data: Uint8Array): boolean => {
  if (data.length !== CHUNK_HEADER_BYTES || CHUNK_MAGIC.compare(data, 0, CHUNK_MAGIC.length) !== 0) return false;
  const record = Buffer.from(data);
  record.writeUInt32LE(0, CRC);
  return crc32(record) === headerChecksum(data) && record.readUInt32LE(24) === BODY_BYTES;
};

/** The checksum that a header record carries; its trailer repeats it. */
export const headerChecksum = (record: Uint8Array): number =>
  Buffer.from(record.buffer, record.byteOffset, record.byteLength).readUInt32LE(CRC);

const encodeBody = (header: ChunkHeader): Buffer => {
  const body = Buffer.alloc(BODY_BYTES);
  body.write(header.vault, 0, 'hex');
  body.write(header.set, 16, 'hex');
  body.write(header.tape, 32, 'latin1');
  body[38] = header.kind === 'data' ? 1 : 2;
  body[39] = header.last ? 1 : 0;
  body.writeUInt32LE(header.sequence, 40);
  body.writeUInt32LE(header.tapeSequence, 44);
  body.writeUInt32LE(header.units, 48);
  body.writeUInt32LE(header.part, 52);
  body.writeBigUInt64LE(BigInt(header.payloadBytes), 56);
  body.writeBigUInt64LE(BigInt(header.plainBytes), 64);
  body.writeBigUInt64LE(BigInt(header.writtenAt), 72);
  body.writeBigUInt64LE(BigInt(header.block), 80);
  body.writeBigUInt64LE(BigInt(header.offset), 88);
  return body;
};

const decodeBody = (body: Buffer, tape: string): ChunkHeader => {
  const volume = body.toString('latin1', 32, 38);
  const kind = body[38];
  if (!/^[A-Z0-9]{6}$/.test(volume) || (kind !== 1 && kind !== 2))
    throw tapeDamaged(tape, 'a chunk header has an impossible field');
  const long = (offset: number): number => {
    const value = Number(body.readBigUInt64LE(offset));
    if (!Number.isSafeInteger(value)) throw tapeDamaged(tape, 'a chunk header has a number out of range');
    return value;
  };
  return {
    vault: vaultId(body.toString('hex', 0, 16)),
    set: setId(body.toString('hex', 16, 32)),
    tape: tapeId(volume),
    kind: kind === 1 ? 'data' : 'metadata',
    last: ((body[39] ?? 0) & 1) === 1,
    sequence: body.readUInt32LE(40),
    tapeSequence: body.readUInt32LE(44),
    units: body.readUInt32LE(48),
    part: body.readUInt32LE(52),
    payloadBytes: bytes(long(56)),
    plainBytes: bytes(long(64)),
    writtenAt: millis(long(72)),
    block: long(80),
    offset: long(88),
  };
};

const sealBody = (record: Buffer, key: Uint8Array): void => {
  randomFillSync(record, BOUND_BYTES, 12);
  const cipher = createCipheriv('aes-256-gcm', key, record.subarray(BOUND_BYTES, 24));
  cipher.setAAD(record.subarray(0, BOUND_BYTES));
  record.set(cipher.update(record.subarray(BODY, TAG)), BODY);
  cipher.final();
  record.set(cipher.getAuthTag(), TAG);
};

const openBody = (record: Buffer, key: Uint8Array, tape: string): Buffer => {
  const cipher = createDecipheriv('aes-256-gcm', key, record.subarray(BOUND_BYTES, 24), { authTagLength: 16 });
  cipher.setAAD(record.subarray(0, BOUND_BYTES));
  cipher.setAuthTag(record.subarray(TAG));
  try {
    const body = cipher.update(record.subarray(BODY, TAG));
    cipher.final();
    return body;
  } catch (cause) {
    throw tapeDamaged(tape, 'the seal of a chunk header does not open', null, cause);
  }
};
