import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { tapeId } from '../../../shared/units.ts';
import * as catalog from '../../engine/catalog/index.ts';

/** Catalogs that knew the vault before, the one to be believed first in front. Only read; damage makes one unknown. */
export class EarlierCatalogs {
  readonly #stores: catalog.Catalog[] = [];
  /** What of them could not be read. */
  readonly damage: ColdframeError[] = [];

  constructor(files: readonly string[]) {
    for (const file of files) this.#readable(() => this.#stores.push(catalog.openCatalog(file, { readOnly: true })));
  }

  /** Every set that one of them knows, oldest first. */
  sets(): BlockSetSummary[] {
    const known = new Map<string, BlockSetSummary>();
    for (const store of this.#stores)
      for (const set of this.#readable(() => catalog.sets(store)) ?? []) if (!known.has(set.id)) known.set(set.id, set);
    return [...known.values()].sort((one, other) => one.createdAt - other.createdAt);
  }

  /** Every set that one of them knows to have expired. */
  expired(): catalog.ExpiredSet[] {
    return this.#stores.flatMap((store) => this.#readable(() => catalog.expiredSets(store)) ?? []);
  }

  /** Every run after which tapes held something else than before. */
  runs(): (readonly [run: string, at: number])[] {
    return this.#stores.flatMap((store) => this.#readable(() => catalog.runsOf(store)) ?? []);
  }

  /** Every tape on which one of them knows chunks. */
  tapes(): string[] {
    return [...new Set(this.#stores.flatMap((store) => this.#readable(() => catalog.knownTapes(store)) ?? []))];
  }

  /** Notes in `store` where chunks on a tape lay. */
  keepPlaces(store: catalog.Catalog, tape: string): void {
    for (const earlier of this.#stores) this.#readable(() => catalog.keepPlaces(store, earlier, tapeId(tape)));
  }

  /** Takes a set over into `store`, with its elements if one of them has those; false when `store` knows as much. */
  keep(store: catalog.Catalog, id: BlockSetSummary['id']): boolean {
    if (catalog.isBrowsable(store, id)) return false;
    const having = this.#stores.filter((earlier) => this.#readable(() => catalog.isBrowsable(earlier, id)) === true);
    const whole = having.some((earlier) => this.#keepFrom(earlier, store, id));
    if (whole || catalog.isKnown(store, id)) return whole;
    return this.#stores.some((earlier) => this.#keepFrom(earlier, store, id));
  }

  [Symbol.dispose](): void {
    for (const store of this.#stores) store.close();
  }

  #keepFrom(earlier: catalog.Catalog, store: catalog.Catalog, id: BlockSetSummary['id']): boolean {
    return this.#readable(() => catalog.keepSet(store, earlier, id)) === true;
  }

  #readable<T>(work: () => T): T | null {
    try {
      return work();
    } catch (thrown) {
      const error = asColdframeError(thrown);
      if (error.kind !== 'damaged' && error.code !== 'CATALOG_TOO_NEW' && error.code !== 'IO') throw error;
      this.damage.push(error);
      return null;
    }
  }
}
