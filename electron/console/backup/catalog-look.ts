import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { type SetId, tapeId } from '../../../shared/units.ts';
import { type Catalog, chunkPlaces, resumedBy } from '../../engine/catalog/index.ts';
import type { LibraryState } from '../../engine/tape/library-state.ts';
import { tapesAtHand } from '../tapes-at-hand.ts';
import type { Soundness } from './choose-level.ts';

/**
 * What is left of sets as far as the catalog and the library tell, without a key and without reading any tape: which tapes are here, and which are
 * damaged and were not found right since. That a tape holds something else than it should only a look at it tells (`SetLook`).
 */
export class CatalogLook implements Soundness {
  readonly #catalog: Catalog;
  readonly #sound: ReadonlySet<string>;

  constructor(catalog: Catalog, dir: string, state: LibraryState) {
    this.#catalog = catalog;
    const doubted = new Set(
      state.tapes.flatMap(({ state: each, readRightAt, volume }) =>
        each === 'damaged' && typeof readRightAt !== 'number' ? [volume as string] : [],
      ),
    );
    this.#sound = new Set(tapesAtHand({ dir, library: { state } }).filter((tape) => !doubted.has(tape)));
  }

  readonly resumedBy = (set: SetId): readonly SetId[] | null => resumedBy(this.#catalog, set);

  readonly isLost = ({ id, tapes }: Pick<BlockSetSummary, 'id' | 'tapes'>): boolean => {
    if (tapes.every((tape) => this.#sound.has(tapeId(tape)))) return false;
    const places = [...chunkPlaces(this.#catalog, id)];
    const there = new Set(places.filter(({ tape }) => this.#sound.has(tape)).map(({ sequence }) => sequence));
    return places.length === 0 || !places.every(({ sequence }) => there.has(sequence));
  };

  close(): void {
    // The catalog is closed by who opened it.
  }
}
