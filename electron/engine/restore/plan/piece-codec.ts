import type { StoredExtent } from '../../../../shared/model/element.ts';
import { ByteReader } from '../../blockset/byte-reader.ts';
import type { ByteWriter } from '../../blockset/byte-writer.ts';

/** A run of content within one unit and its place in the element: one row of the re-mapping table. */
export interface MappedExtent {
  /** Byte within the element. */
  readonly offset: number;
  readonly length: number;
  readonly unit: number;
  /** Byte within the plain content of the unit. */
  readonly unitOffset: number;
  /** Bytes covered by each digest, or 0 when one covers the whole extent. */
  readonly digestSpan: number;
  /** SHA-256, 32 bytes each. */
  readonly digests: Uint8Array;
}

const DIGEST_BYTES = 32;

/** Appends the extents of one element in one chunk, in the form of the plan store. */
export const writePiece = (out: ByteWriter, extents: readonly StoredExtent[]): void => {
  out.varint(extents.length);
  for (const extent of extents) {
    out.varint(extent.offset);
    out.varint(extent.length);
    out.varint(extent.unit);
    out.varint(extent.unitOffset);
    out.varint(extent.digestSpan);
    out.raw(extent.digests);
  }
};

/** Reads what `writePiece` wrote; digests are views of the input. Throws RECORD_MALFORMED. */
export const readPiece = (bytes: Uint8Array): MappedExtent[] => {
  const input = new ByteReader(bytes);
  const extents: MappedExtent[] = [];
  for (let left = input.varint(); left > 0; left -= 1) {
    const offset = input.varint();
    const length = input.varint();
    const unit = input.varint();
    const unitOffset = input.varint();
    const digestSpan = input.varint();
    const count = digestSpan === 0 ? 1 : Math.ceil(length / digestSpan);
    extents.push({ offset, length, unit, unitOffset, digestSpan, digests: input.raw(count * DIGEST_BYTES) });
  }
  return extents;
};
