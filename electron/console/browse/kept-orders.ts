import type { ByteString } from '../../../shared/byte-string.ts';
import { type FolderOrder, isKnown, type Catalog as Store } from '../../engine/catalog/index.ts';

/** Entries of all folders that are kept: about 80 MB. */
const MOST_ENTRIES = 2_000_000;
const MOST_FOLDERS = 64;

export const folderKey = (catalog: string, set: string, path: ByteString): string => `${catalog}\0${set}\0${path}`;

/** The folders that were looked at last, in order; what was not looked at for longest goes first. */
export class KeptOrders {
  readonly #kept = new Map<string, FolderOrder>();

  /** Undefined when it has to be read (again). */
  of(store: Store, set: string, path: ByteString): FolderOrder | undefined {
    const key = folderKey(store.file, set, path);
    const order = this.#kept.get(key);
    this.#kept.delete(key);
    // What expired has no order any more: its versions may be other ones by now.
    if (order === undefined || !isKnown(store, set)) return undefined;
    this.#kept.set(key, order);
    return order;
  }

  keep(catalog: string, set: string, path: ByteString, order: FolderOrder): void {
    this.#kept.set(folderKey(catalog, set, path), order);
    this.#trim();
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
