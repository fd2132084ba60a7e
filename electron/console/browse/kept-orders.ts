import type { ByteString } from '../../../shared/byte-string.ts';
import { FolderOrder, isKnown, type Catalog as Store } from '../../engine/catalog/index.ts';

/** Entries of all folders that are kept: about 80 MB. */
const MOST_ENTRIES = 2_000_000;
const MOST_FOLDERS = 64;

/** The folders that were looked at last, in order; what was not looked at for longest goes first. */
export class KeptOrders {
  readonly #kept = new Map<string, FolderOrder>();

  of(store: Store, set: string, path: ByteString): FolderOrder {
    const key = `${store.file}\0${set}\0${path}`;
    // What expired has no order any more: its versions may be other ones by now.
    if (!isKnown(store, set)) this.#kept.delete(key);
    const order = this.#kept.get(key) ?? new FolderOrder(store, set, path);
    this.#kept.delete(key);
    this.#kept.set(key, order);
    this.#trim();
    return order;
  }

  #trim(): void {
    let entries = [...this.#kept.values()].reduce((sum, { count }) => sum + count, 0);
    for (const [key, { count }] of this.#kept) {
      if (this.#kept.size === 1 || (entries <= MOST_ENTRIES && this.#kept.size <= MOST_FOLDERS)) return;
      this.#kept.delete(key);
      entries -= count;
    }
  }
}
