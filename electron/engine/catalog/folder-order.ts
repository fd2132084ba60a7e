import { type ByteString, joinBytes } from '../../../shared/byte-string.ts';
import { locate } from './browse.ts';
import { EARLIER, NEWEST } from './children.ts';
import { browsable, type Entry, noSuchPath, SetsByOrdinal, toEntry } from './entries.ts';
import { isDirectory, unpackIdentity } from './packed-identity.ts';
import type { Store } from './store.ts';

export type FolderSort = 'name' | 'size' | 'time';

export interface FolderPage {
  readonly offset: number;
  readonly limit: number;
  readonly sort: FolderSort;
  readonly descending: boolean;
  readonly foldersFirst: boolean;
}

type Columns = [number, ByteString, number, number, number | null, Uint8Array];

/**
 * What a folder holds in a set, in any order and from any place: numbers alone, about 40 bytes an entry, so that a folder
 * of a million entries can be kept and jumped in. A set never changes, so neither does this.
 */
export class FolderOrder {
  readonly #path: ByteString;
  readonly #nodes: Float64Array;
  readonly #versions: Float64Array;
  readonly #sizes: Float64Array;
  readonly #times: Float64Array;
  readonly #folders: Uint8Array;
  readonly #orders = new Map<string, Uint32Array>();
  readonly #folderCount: number;

  /** Reads a folder. Throws NO_SUCH_SET, SET_STATE, NO_SUCH_PATH. */
  constructor(store: Store, set: string, path: ByteString) {
    const row = browsable(store, set);
    const found = locate(store, row, path);
    if (found === undefined) throw noSuchPath(path, set);
    const rows = isDirectory(found.version.identity) ? readRows(store, found.node, row.ordinal) : emptyRows();
    const order = nameOrder(rows.names);
    const pick = (values: readonly number[]): Float64Array => Float64Array.from(order, (at) => values[at] as number);
    this.#path = path;
    this.#nodes = pick(rows.nodes);
    this.#versions = pick(rows.versions);
    this.#sizes = pick(rows.sizes);
    this.#times = pick(rows.times);
    this.#folders = Uint8Array.from(order, (at) => rows.folders[at] as number);
    this.#folderCount = this.#folders.reduce((sum, each) => sum + each, 0);
  }

  get count(): number {
    return this.#nodes.length;
  }

  /** The entries at these places of the order that is asked for. */
  page(store: Store, { offset, limit, sort, descending, foldersFirst }: FolderPage): Entry[] {
    const order = this.#order(sort, foldersFirst);
    const sets = new SetsByOrdinal(store);
    const entries: Entry[] = [];
    for (let place = offset; place < Math.min(this.count, offset + limit); place += 1) {
      const at = order[this.#turned(place, descending, foldersFirst)] as number;
      const name = store.get<[ByteString]>('SELECT name FROM node WHERE id = ?', this.#nodes[at] as number)?.[0];
      const version = store.get<[number, Uint8Array]>(
        'SELECT since, identity FROM version WHERE id = ?',
        this.#versions[at] as number,
      );
      if (name === undefined || version === undefined) throw new RangeError('a node or version is missing');
      entries.push(toEntry(joinBytes(this.#path, name), version[1], sets.of(version[0])));
    }
    return entries;
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
    const values = sort === 'size' ? this.#sizes : sort === 'time' ? this.#times : null;
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
      if (this.#folders[at]) made[folder++] = at;
      else made[other++] = at;
    }
    return made;
  }
}

const emptyRows = () => ({
  nodes: [] as number[],
  versions: [] as number[],
  sizes: [] as number[],
  times: [] as number[],
  folders: [] as number[],
  names: [] as ByteString[],
});

const readRows = (store: Store, dir: number, ordinal: number): ReturnType<typeof emptyRows> => {
  const rows = emptyRows();
  const add = ([node, name, version, , , identity]: Columns): void => {
    rows.nodes.push(node);
    rows.versions.push(version);
    rows.names.push(name);
    const folder = isDirectory(identity);
    rows.folders.push(folder ? 1 : 0);
    const known = identity.length === 0 ? null : unpackIdentity(identity);
    rows.sizes.push(known?.type === 'file' ? known.size : 0);
    rows.times.push(known ? known.modifiedAt.seconds + known.modifiedAt.nanos / 1e9 : Number.NEGATIVE_INFINITY);
  };
  let later = false;
  for (const row of store.each<Columns>(NEWEST, dir, ordinal)) {
    if (row[3] > ordinal) later = true;
    else add(row);
  }
  if (later) for (const row of store.each<Columns>(EARLIER, dir, ordinal)) add(row);
  return rows;
};

const nameOrder = (names: readonly ByteString[]): Uint32Array =>
  Uint32Array.from(names.keys()).sort((one, other) =>
    (names[one] as ByteString) < (names[other] as ByteString) ? -1 : 1,
  );
