import type { ByteString } from '../../../../shared/byte-string.ts';
import type { ChunkPlace } from '../../../../shared/model/block-set.ts';
import { PART_BYTES, type StoredExtent } from '../../../../shared/model/element.ts';
import { type Catalog, chunkPlaces, KnownState, openCatalog } from '../../catalog/index.ts';
import { noSuchElement } from './errors.ts';

/** Parts whose extents are kept: a part is 64 MiB of the volume. */
const PARTS_KEPT = 8;
const CACHE = 'PRAGMA cache_size = -4096';

/** Where the content of one element of a set lies, asked for as it is needed: the memory for it does not grow with the element. */
export class SetLayout {
  readonly #store: Catalog;
  readonly #state: KnownState;
  readonly #version: number;
  readonly #parts = new Map<number, readonly StoredExtent[]>();

  /** Errors: NO_SUCH_SET, SET_STATE, NO_SUCH_PATH, CATALOG_*. */
  constructor(catalog: string, set: string, path: ByteString) {
    this.#store = openCatalog(catalog, { readOnly: true });
    try {
      this.#store.db.exec(CACHE);
      this.#state = new KnownState(this.#store, set);
      const element = this.#state.root(path);
      if (element === undefined) throw noSuchElement(set, path);
      this.#version = element.version;
    } catch (error) {
      this.#store.close();
      throw error;
    }
  }

  /** The extents that begin before `end` and end behind `from`, in order, one part after the other. */
  *between(from: number, end: number): Generator<StoredExtent> {
    for (let part = Math.floor(from / PART_BYTES); part * PART_BYTES < end; part += 1) {
      const extents = this.#part(part);
      for (let at = firstBehind(extents, from); at < extents.length; at += 1) {
        const extent = extents[at] as StoredExtent;
        if (extent.offset >= end) return;
        yield extent;
      }
    }
  }

  places(set: string, sequence: number): ChunkPlace[] {
    return [...chunkPlaces(this.#store, set, [sequence])];
  }

  close(): void {
    this.#store.close();
  }

  #part(part: number): readonly StoredExtent[] {
    const kept = this.#parts.get(part);
    if (kept !== undefined) {
      this.#parts.delete(part);
      this.#parts.set(part, kept);
      return kept;
    }
    const extents = this.#state.layout(this.#version, part);
    this.#parts.set(part, extents);
    for (const oldest of this.#parts.keys()) {
      if (this.#parts.size <= PARTS_KEPT) break;
      this.#parts.delete(oldest);
    }
    return extents;
  }
}

/** The first of some extents in order that ends behind an offset. */
const firstBehind = (extents: readonly StoredExtent[], offset: number): number => {
  let [low, high] = [0, extents.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { offset: start, length } = extents[middle] as StoredExtent;
    if (start + length > offset) high = middle;
    else low = middle + 1;
  }
  return low;
};
