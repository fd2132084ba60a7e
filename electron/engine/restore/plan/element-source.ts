import type { ByteString } from '../../../../shared/byte-string.ts';
import type { ChunkPlace } from '../../../../shared/model/block-set.ts';
import type { ElementRecord, StoredExtent } from '../../../../shared/model/element.ts';

/** An element, or the extents of the next part of the long file before it. */
export type SourceItem =
  | { readonly kind: 'element'; readonly record: ElementRecord }
  | { readonly kind: 'part'; readonly path: ByteString; readonly extents: readonly StoredExtent[] };

/** What a plan is made from: the catalog, or in tests a list. */
export interface ElementSource {
  /** The wanted elements in any order, each with what follows of its extents directly behind it. */
  items(): Iterable<SourceItem>;
  /** Where a chunk lies: on no tape that is known, on one, or on several. */
  chunkPlaces(set: string, sequence: number): readonly ChunkPlace[];
  /** Whether a place of a chunk was found damaged, and not right since. */
  isDamaged(place: ChunkPlace): boolean;
}
