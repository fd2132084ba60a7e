import { type StoredExtent, UNIT_BYTES } from '../../../shared/model/element.ts';
import { type ByteReader, malformed } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

const DIGEST_BYTES = 32;

/** Digests an extent has. */
const digestCount = (length: number, span: number): number => (span === 0 ? 1 : Math.ceil(length / span));

/**
 * Writes extents: docs/MEDIA-FORMAT.md, section 5.2. `start` is the byte at which the part begins; `indexOf` gives the
 * set index of a set id.
 */
export const writeExtents = (
  out: ByteWriter,
  extents: readonly StoredExtent[],
  start: number,
  indexOf: (set: string) => number,
): void => {
  out.varint(extents.length);
  let end = start;
  for (const extent of extents) {
    out.varint(extent.offset - end);
    out.varint(extent.length);
    out.varint(extent.sourceAddress === null ? 0 : extent.sourceAddress + 1);
    out.varint(indexOf(extent.set));
    out.varint(extent.chunk);
    out.varint(extent.unit);
    out.varint(extent.unitOffset);
    out.varint(extent.digestSpan);
    out.raw(extent.digests);
    end = extent.offset + extent.length;
  }
};

/** Reads what `writeExtents` wrote; digests are views of the input. Throws RECORD_MALFORMED. */
export const readExtents = (input: ByteReader, start: number, setOf: (index: number) => string): StoredExtent[] => {
  const extents: StoredExtent[] = [];
  let end = start;
  for (let left = input.varint(); left > 0; left -= 1) {
    const offset = end + input.varint();
    const length = input.varint();
    if (length === 0 || length > UNIT_BYTES) throw malformed('the length of an extent is out of range');
    const address = input.varint();
    const set = setOf(input.varint());
    const chunk = input.varint();
    const unit = input.varint();
    const unitOffset = input.varint();
    const digestSpan = input.varint();
    const digests = input.raw(digestCount(length, digestSpan) * DIGEST_BYTES);
    extents.push({
      offset,
      length,
      sourceAddress: address === 0 ? null : address - 1,
      set,
      chunk,
      unit,
      unitOffset,
      digestSpan,
      digests,
    });
    end = offset + length;
  }
  return extents;
};
