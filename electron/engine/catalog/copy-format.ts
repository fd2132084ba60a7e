import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { ColdframeError } from '../../../shared/errors.ts';
import { decodeUnit, encodeUnit, FRAME_BYTES, MAX_PLAIN_BYTES, sealContext, type UnitSeal } from '../blockset/unit.ts';

/**
 * A copy of a catalog: a head of 48 bytes, then units (docs/MEDIA-FORMAT.md, section 4) with the database file in
 * pieces of 1 MiB, compressed with zstd and, with a key, sealed; their context is the copy's id and their number. The
 * last unit is 48 bytes: `CFCATEND`, u64 length of the database, its SHA-256. Nothing of the content is in the clear.
 *
 * Head: `CFCATCPY`, u16 version 1, u16 flags (bit 0 sealed), 4 zero bytes, 16 bytes id, 12 zero bytes, u32 CRC32 of
 * what is before it.
 */
export const COPY_PIECE_BYTES = 1 << 20;
export const COPY_HEAD_BYTES = 48;
export const COPY_END_BYTES = 48;
const MAGIC = 'CFCATCPY';
const END = 'CFCATEND';
const VERSION = 1;

/** The error for a copy that cannot be used. */
export const damagedCopy = (file: string, what: string, cause?: unknown): ColdframeError =>
  new ColdframeError('CATALOG_DAMAGED', {
    message: `The copy of a catalog ${file} is damaged: ${what}.`,
    guidance: 'Nothing on tape is affected. Rebuild the catalog from the tapes with "vault rebuild".',
    context: { file },
    cause,
  });

export interface CopyHead {
  readonly sealed: boolean;
  readonly id: Uint8Array;
}

/** A new head with a random id. */
export const newHead = (sealed: boolean): { head: Buffer; id: Uint8Array } => {
  const head = Buffer.alloc(COPY_HEAD_BYTES);
  const id = randomBytes(16);
  head.write(MAGIC, 0, 'latin1');
  head.writeUInt16LE(VERSION, 8);
  head.writeUInt16LE(sealed ? 1 : 0, 10);
  head.set(id, 16);
  head.writeUInt32LE(crc32(head.subarray(0, 44)), 44);
  return { head, id };
};

/** The head of a copy. Throws CATALOG_DAMAGED, CATALOG_TOO_NEW. */
export const readHead = (bytes: Buffer, file: string): CopyHead => {
  const whole = bytes.length === COPY_HEAD_BYTES && bytes.toString('latin1', 0, 8) === MAGIC;
  if (!whole || crc32(bytes.subarray(0, 44)) !== bytes.readUInt32LE(44))
    throw damagedCopy(file, 'it has no valid head');
  const version = bytes.readUInt16LE(8);
  if (version > VERSION) {
    throw new ColdframeError('CATALOG_TOO_NEW', {
      message: `The copy of a catalog ${file} has format version ${version}; this version of Coldframe knows ${VERSION}.`,
      guidance: 'Use the newer version of Coldframe that wrote it, or rebuild the catalog from the tapes.',
      context: { file, found: version, known: VERSION },
    });
  }
  return { sealed: (bytes.readUInt16LE(10) & 1) === 1, id: bytes.subarray(16, 32) };
};

const sealOf = (key: Uint8Array | null, id: Uint8Array, number: number): UnitSeal | null =>
  key === null ? null : { key, context: sealContext(id, number) };

/** A piece as it stands in the copy. */
export const encodePiece = (
  plain: Uint8Array,
  number: number,
  key: Uint8Array | null,
  id: Uint8Array,
): Uint8Array[] => {
  const { frame, body } = encodeUnit(plain, number, 'zstd', sealOf(key, id, number));
  return [frame, ...body];
};

/** Length of the unit whose frame is given, checked before anything is allocated by it. */
export const unitBytes = (frame: Buffer, file: string): number => {
  const body = frame.length === FRAME_BYTES ? frame.readUInt32LE(16) : Number.POSITIVE_INFINITY;
  if (body > MAX_PLAIN_BYTES) throw damagedCopy(file, 'it is cut off, or a length in it is out of range');
  return FRAME_BYTES + body;
};

/** The plain content of a unit. Throws CATALOG_DAMAGED. */
export const decodePiece = (
  unit: Uint8Array,
  number: number,
  key: Uint8Array | null,
  id: Uint8Array,
  file: string,
): Uint8Array => {
  try {
    const { plain, number: found } = decodeUnit(unit, 0, sealOf(key, id, number));
    if (found === number) return plain;
  } catch (error) {
    throw damagedCopy(file, `piece ${number} does not open`, error);
  }
  throw damagedCopy(file, `piece ${number} is out of place`);
};

export const endPiece = (bytes: number, digest: Uint8Array): Buffer => {
  const end = Buffer.alloc(COPY_END_BYTES);
  end.write(END, 0, 'latin1');
  end.writeBigUInt64LE(BigInt(bytes), 8);
  end.set(digest, 16);
  return end;
};
