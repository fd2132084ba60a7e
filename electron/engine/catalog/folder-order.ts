import { type ByteString, joinBytes } from '../../../shared/byte-string.ts';
import { locate } from './browse.ts';
import { browsable, type Entry, noSuchPath, SetsByOrdinal, toEntry } from './entries.ts';
import { FolderReader, type FolderRows, NO_ROWS } from './folder-rows.ts';
import { isDirectory } from './packed-identity.ts';
import type { Store } from './store.ts';

export type FolderSort = 'name' | 'size' | 'time';

export interface FolderPage {
  readonly offset: number;
  readonly limit: number;
  readonly sort: FolderSort;
  readonly descending: boolean;
  readonly foldersFirst: boolean;
}

/** Entries of a folder from its beginning, and how many there are in all. */
export interface FolderHead {
  readonly entries: Entry[];
  readonly total: number;
}

/**
 * The beginning of a folder by name, without putting all of it in order; null of one with fewer than `long` entries, the whole of which is there
 * as soon. Throws NO_SUCH_SET, SET_STATE,
 * NO_SUCH_PATH.
 */
export const folderHead = (
  store: Store,
  set: string,
  path: ByteString,
  wish: { readonly limit: number; readonly descending: boolean; readonly foldersFirst: boolean },
  long: number,
): FolderHead | null =>
  atOnce(store, () => {
    const reader = readerOf(store, set, path);
    if (reader === null || reader.count.entries < long) return null;
    return { entries: entriesOf(store, path, reader.first(wish.limit, wish)), total: reader.count.entries };
  });

/** What is read goes together, whatever is committed meanwhile. */
const atOnce = <Result>(store: Store, work: () => Result): Result => {
  if (store.db.isTransaction) return work();
  store.db.exec('BEGIN');
  try {
    return work();
  } finally {
    store.db.exec('COMMIT');
  }
};

/** Null of what is no folder. */
const readerOf = (store: Store, set: string, path: ByteString): FolderReader | null => {
  const row = browsable(store, set);
  const found = locate(store, row, path);
  if (found === undefined) throw noSuchPath(path, set);
  return isDirectory(found.version.identity) ? new FolderReader(store, found.node, row.ordinal) : null;
};

const entriesOf = (
  store: Store,
  folder: ByteString,
  places: Iterable<readonly [node: number, version: number]>,
): Entry[] => {
  const sets = new SetsByOrdinal(store);
  return Array.from(places, ([node, id]) => {
    const name = store.get<[ByteString]>('SELECT name FROM node WHERE id = ?', node)?.[0];
    const version = store.get<[number, Uint8Array]>('SELECT since, identity FROM version WHERE id = ?', id);
    if (name === undefined || version === undefined) throw new RangeError('a node or version is missing');
    return toEntry(joinBytes(folder, name), version[1], sets.of(version[0]));
  });
};

/**
 * What a folder holds in a set, in any order and from any place: numbers alone, about 40 bytes an entry, so that a folder
 * of a million entries can be kept and jumped in. A set never changes, so neither does this.
 */
export class FolderOrder {
  readonly #path: ByteString;
  readonly #rows: FolderRows;
  readonly #orders = new Map<string, Uint32Array>();
  readonly #folderCount: number;

  private constructor(path: ByteString, rows: FolderRows) {
    this.#path = path;
    this.#rows = rows;
    this.#folderCount = rows.folders.reduce((sum, each) => sum + each, 0);
  }

  /** Reads a folder. Throws NO_SUCH_SET, SET_STATE, NO_SUCH_PATH. */
  static of(store: Store, set: string, path: ByteString): FolderOrder {
    const reading = FolderOrder.reading(store, set, path);
    for (;;) {
      const step = reading.next();
      if (step.done) return step.value;
    }
  }

  /** The same bit by bit, so that something else can be done in between. The store is this one's alone until it is through. */
  static *reading(store: Store, set: string, path: ByteString): Generator<void, FolderOrder> {
    store.db.exec('BEGIN');
    try {
      const reader = readerOf(store, set, path);
      return new FolderOrder(path, reader === null ? NO_ROWS : yield* reader.all());
    } finally {
      store.db.exec('COMMIT');
    }
  }

  get count(): number {
    return this.#rows.nodes.length;
  }

  /** The entries at these places of the order that is asked for. */
  page(store: Store, { offset, limit, sort, descending, foldersFirst }: FolderPage): Entry[] {
    const order = this.#order(sort, foldersFirst);
    const { nodes, versions } = this.#rows;
    const length = Math.max(0, Math.min(this.count, offset + limit) - offset);
    const places = Array.from({ length }, (_, at) => {
      const place = order[this.#turned(offset + at, descending, foldersFirst)] as number;
      return [nodes[place] as number, versions[place] as number] as const;
    });
    return entriesOf(store, this.#path, places);
  }

  /** Backwards; folders that stand first stay there, backwards among themselves. */
  #turned(place: number, descending: boolean, foldersFirst: boolean): number {
    if (!descending) return place;
    if (!foldersFirst) return this.count - 1 - place;
    return place < this.#folderCount ? this.#folderCount - 1 - place : this.count - 1 - (place - this.#folderCount);
  }

  #order(sort: FolderSort, foldersFirst: boolean): Uint32Array {
    const key = `${sort} ${foldersFirst}`;
    const known = this.#orders.get(key);
    if (known) return known;
    const order = Uint32Array.from({ length: this.count }, (_, at) => at);
    const values = sort === 'size' ? this.#rows.sizes : sort === 'time' ? this.#rows.times : null;
    // Equal ones stay in the order of their names.
    if (values) order.sort((one, other) => (values[one] as number) - (values[other] as number) || one - other);
    const made = foldersFirst ? this.#foldersBefore(order) : order;
    this.#orders.set(key, made);
    return made;
  }

  #foldersBefore(order: Uint32Array): Uint32Array {
    const made = new Uint32Array(order.length);
    let folder = 0;
    let other = this.#folderCount;
    for (const at of order) {
      if (this.#rows.folders[at]) made[folder++] = at;
      else made[other++] = at;
    }
    return made;
  }
}
