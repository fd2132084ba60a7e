import type { StoredExtent } from '../../../shared/model/element.ts';
import { ByteReader } from '../blockset/byte-reader.ts';
import type { ByteWriter } from '../blockset/byte-writer.ts';
import { readExtents } from '../blockset/extent-codec.ts';

const DIGEST_BYTES = 32;
const ALIGNMENT = 4096;
/** Flags of a layout's first byte. */
const ONE = 1;
const NO_ADDRESS = 2;
const ALIGNED = 4;

/**
 * Turns extents as they stand in a stream of records (docs/MEDIA-FORMAT.md, section 5.2) into a layout, the catalog's
 * form of the same. Set indexes become the catalog's keys of the sets. What most files have, one extent with one digest
 * that is the whole content, takes a short form without what the size says already.
 *
 * Returns false, writing nothing, when there are no extents. `input` must end where the extents do.
 */
export const transcodeLayout = (
  input: ByteReader,
  out: ByteWriter,
  size: number,
  keyOf: (setIndex: number) => number,
): boolean => {
  const count = input.varint();
  if (count === 0) return false;
  const begin = input.position;
  if (count === 1 && input.varint() === 0 && input.varint() === size && writeOne(input, out, keyOf)) return true;
  input.position = begin;
  out.byte(0);
  out.varint(count);
  for (let left = count; left > 0; left -= 1) {
    out.varint(input.varint());
    const length = input.varint();
    out.varint(length);
    out.varint(input.varint());
    out.varint(keyOf(input.varint()));
    for (let field = 0; field < 3; field += 1) out.varint(input.varint());
    const span = input.varint();
    out.varint(span);
    out.raw(input.raw((span === 0 ? 1 : Math.ceil(length / span)) * DIGEST_BYTES));
  }
  return true;
};

const writeOne = (input: ByteReader, out: ByteWriter, keyOf: (setIndex: number) => number): boolean => {
  const address = input.varint();
  const key = keyOf(input.varint());
  const chunk = input.varint();
  const unit = input.varint();
  const unitOffset = input.varint();
  if (input.varint() !== 0) return false;
  const aligned = address !== 0 && (address - 1) % ALIGNMENT === 0;
  out.byte(ONE | (address === 0 ? NO_ADDRESS : 0) | (aligned ? ALIGNED : 0));
  if (address !== 0) out.varint(aligned ? (address - 1) / ALIGNMENT : address - 1);
  out.varint(key);
  out.varint(chunk);
  out.varint(unit);
  out.varint(unitOffset);
  out.raw(input.raw(DIGEST_BYTES));
  return true;
};

/** The extents of a layout. `size` is that of the element, `start` the byte at which the part begins. */
export const decodeLayout = (
  layout: Uint8Array | null,
  size: number,
  start: number,
  setOf: (key: number) => string,
): StoredExtent[] => {
  if (layout === null) return [];
  const input = new ByteReader(layout);
  const flags = input.byte();
  if (!(flags & ONE)) return readExtents(input, start, setOf);
  const address = flags & NO_ADDRESS ? null : input.varint() * (flags & ALIGNED ? ALIGNMENT : 1);
  const set = setOf(input.varint());
  const chunk = input.varint();
  const unit = input.varint();
  const unitOffset = input.varint();
  return [
    {
      offset: start,
      length: size,
      sourceAddress: address,
      set,
      chunk,
      unit,
      unitOffset,
      digestSpan: 0,
      digests: input.raw(DIGEST_BYTES),
    },
  ];
};
