import { type StoredExtent, UNIT_BYTES } from '../../../shared/model/element.ts';
import { SEGMENT_BYTES } from '../../../shared/units.ts';

/** A piece of content that has one digest: a segment, or the whole of a short run. */
export interface StoredPiece {
  readonly offset: number;
  readonly length: number;
  readonly sourceAddress: number | null;
  readonly set: string;
  readonly chunk: number;
  readonly unit: number;
  readonly unitOffset: number;
  readonly digest: Uint8Array;
}

interface GrowingExtent {
  readonly first: StoredPiece;
  length: number;
  readonly digests: Uint8Array[];
}

/** Collects pieces in ascending order into extents: whole segments that lie one behind the other in one unit become one. */
export class ExtentBuilder {
  readonly #extents: GrowingExtent[] = [];

  add(piece: StoredPiece): void {
    const last = this.#extents.at(-1);
    if (last && continues(last, piece)) {
      last.length += piece.length;
      last.digests.push(piece.digest);
      return;
    }
    this.#extents.push({ first: piece, length: piece.length, digests: [piece.digest] });
  }

  get count(): number {
    return this.#extents.length;
  }

  /** The extents from number `from` on. */
  extents(from = 0): StoredExtent[] {
    return this.#extents.slice(from).map(finished);
  }
}

const continues = (extent: GrowingExtent, piece: StoredPiece): boolean => {
  const { first, length } = extent;
  return (
    length % SEGMENT_BYTES === 0 &&
    length + piece.length <= UNIT_BYTES &&
    first.offset + length === piece.offset &&
    first.set === piece.set &&
    first.chunk === piece.chunk &&
    first.unit === piece.unit &&
    first.unitOffset + length === piece.unitOffset &&
    addressContinues(first.sourceAddress, length, piece.sourceAddress)
  );
};

const addressContinues = (start: number | null, length: number, next: number | null): boolean =>
  start === null ? next === null : next === start + length;

const finished = ({ first, length, digests }: GrowingExtent): StoredExtent => ({
  offset: first.offset,
  length,
  sourceAddress: first.sourceAddress,
  set: first.set,
  chunk: first.chunk,
  unit: first.unit,
  unitOffset: first.unitOffset,
  digestSpan: digests.length === 1 ? 0 : SEGMENT_BYTES,
  digests: digests.length === 1 ? (digests[0] as Uint8Array) : Buffer.concat(digests),
});
