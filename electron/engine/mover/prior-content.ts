import type { StoredExtent } from '../../../shared/model/element.ts';

/** Where a piece with a known digest lies already. */
export interface PriorPiece {
  readonly extent: StoredExtent;
  readonly unitOffset: number;
  readonly digest: Uint8Array;
}

/**
 * What is known of an element's content from an earlier set: asked for pieces in ascending order, so that one pass over
 * the extents serves them all.
 */
export class PriorContent {
  readonly #extents: readonly StoredExtent[];
  #next = 0;

  constructor(extents: readonly StoredExtent[]) {
    this.#extents = extents;
  }

  /** The known piece that covers exactly [offset, offset + length), or null. */
  pieceAt(offset: number, length: number): PriorPiece | null {
    while (this.#next < this.#extents.length) {
      const extent = this.#extents[this.#next] as StoredExtent;
      if (extent.offset + extent.length > offset) return pieceOf(extent, offset, length);
      this.#next += 1;
    }
    return null;
  }
}

const pieceOf = (extent: StoredExtent, offset: number, length: number): PriorPiece | null => {
  const into = offset - extent.offset;
  const span = extent.digestSpan === 0 ? extent.length : extent.digestSpan;
  if (into < 0 || into % span !== 0) return null;
  if (Math.min(span, extent.length - into) !== length) return null;
  const at = (into / span) * 32;
  return { extent, unitOffset: extent.unitOffset + into, digest: extent.digests.subarray(at, at + 32) };
};
