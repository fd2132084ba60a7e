import { type StoredExtent, UNIT_BYTES } from '../../../shared/model/element.ts';
import { type ByteReader, malformed } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

const DIGEST_BYTES = 32;
/** In the place of a length, which no extent has. */
const INHERITED = 0;

/** Bytes of an element that are in its set what they are in the parent of the set. */
export interface InheritedRun {
  readonly kind: 'inherited';
  readonly offset: number;
  readonly length: number;
}

export type MapEntry = StoredExtent | InheritedRun;

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
): void => writeMap(out, extents, start, indexOf);

/** Writes extents and inherited runs, in ascending order, likewise. */
export const writeMap = (
  out: ByteWriter,
  map: readonly MapEntry[],
  start: number,
  indexOf: (set: string) => number,
): void => {
  out.varint(map.length);
  let end = start;
  for (const extent of map) {
    out.varint(extent.offset - end);
    if (isInherited(extent)) {
      out.varint(INHERITED);
      out.varint(extent.length);
    } else writeExtent(out, extent, indexOf);
    end = extent.offset + extent.length;
  }
};

const writeExtent = (out: ByteWriter, extent: StoredExtent, indexOf: (set: string) => number): void => {
  out.varint(extent.length);
  out.varint(extent.sourceAddress === null ? 0 : extent.sourceAddress + 1);
  out.varint(indexOf(extent.set));
  out.varint(extent.chunk);
  out.varint(extent.unit);
  out.varint(extent.unitOffset);
  out.varint(extent.digestSpan);
  out.raw(extent.digests);
};

export const inherited = (offset: number, length: number): InheritedRun => ({ kind: 'inherited', offset, length });

/** Whether a map takes nothing over. */
export const isWhole = (map: readonly MapEntry[]): map is readonly StoredExtent[] => !map.some(isInherited);

export const isInherited = (entry: MapEntry): entry is InheritedRun => 'kind' in entry;

/** Reads what `writeExtents` wrote; digests are views of the input. Throws RECORD_MALFORMED, also where a run is inherited. */
export const readExtents = (input: ByteReader, start: number, setOf: (index: number) => string): StoredExtent[] => {
  const extents: StoredExtent[] = [];
  let end = start;
  for (let left = input.varint(); left > 0; left -= 1) {
    const offset = end + input.varint();
    const length = input.varint();
    if (length === INHERITED) throw malformed('it takes content over from a parent where there is none');
    extents.push(readExtent(input, offset, length, setOf));
    end = offset + length;
  }
  return extents;
};

/** Reads what `writeMap` wrote. Throws RECORD_MALFORMED. */
export const readMap = (input: ByteReader, start: number, setOf: (index: number) => string): MapEntry[] => {
  const map: MapEntry[] = [];
  let end = start;
  for (let left = input.varint(); left > 0; left -= 1) {
    const offset = end + input.varint();
    const length = input.varint();
    const entry = length === INHERITED ? inherited(offset, input.varint()) : readExtent(input, offset, length, setOf);
    if (entry.length === 0) throw malformed('it takes nothing over from its parent');
    map.push(entry);
    end = offset + entry.length;
  }
  return map;
};

/** The set index and the chunk of each extent that `writeMap` wrote; what is inherited names none. Throws RECORD_MALFORMED as `readMap` does. */
export const forEachChunk = (input: ByteReader, take: (index: number, chunk: number) => void): void => {
  for (let left = input.varint(); left > 0; left -= 1) {
    input.varint();
    const length = input.varint();
    if (length === INHERITED) {
      if (input.varint() === 0) throw malformed('it takes nothing over from its parent');
      continue;
    }
    if (length > UNIT_BYTES) throw malformed('the length of an extent is out of range');
    input.varint();
    take(input.varint(), input.varint());
    input.varint();
    input.varint();
    input.skip(digestCount(length, input.varint()) * DIGEST_BYTES);
  }
};

const readExtent = (
  input: ByteReader,
  offset: number,
  length: number,
  setOf: (index: number) => string,
): StoredExtent => {
  if (length > UNIT_BYTES) throw malformed('the length of an extent is out of range');
  const address = input.varint();
  const set = setOf(input.varint());
  const chunk = input.varint();
  const unit = input.varint();
  const unitOffset = input.varint();
  const digestSpan = input.varint();
  const digests = input.raw(digestCount(length, digestSpan) * DIGEST_BYTES);
  return {
    offset,
    length,
    sourceAddress: address === 0 ? null : address - 1,
    set,
    chunk,
    unit,
    unitOffset,
    digestSpan,
    digests,
  };
};
