import type { Store } from '../store.ts';

/** Rows in one INSERT: what binding and stepping cost is shared by them. */
const ROWS = 64;

const insert = (table: string, columns: number): string => {
  const row = `(${Array(columns).fill('?').join(',')})`;
  return `INSERT INTO ${table} VALUES ${Array(ROWS).fill(row).join(',')}`;
};

const single = (table: string, columns: number): string =>
  `INSERT INTO ${table} VALUES (${Array(columns).fill('?').join(',')})`;

type Value = number | string | Uint8Array | null;

/** Collects rows of a table and inserts them many at a time, in the order in which they came. */
class RowBuffer {
  readonly #store: Store;
  readonly #many: string;
  readonly #one: string;
  readonly #columns: number;
  #values: Value[] = [];

  constructor(store: Store, table: string, columns: number) {
    this.#store = store;
    this.#many = insert(table, columns);
    this.#one = single(table, columns);
    this.#columns = columns;
  }

  add(...values: Value[]): void {
    for (const value of values) this.#values.push(value);
    if (this.#values.length === ROWS * this.#columns) {
      this.#store.run(this.#many, ...this.#values);
      this.#values.length = 0;
    }
  }

  flush(): void {
    for (let at = 0; at < this.#values.length; at += this.#columns) {
      this.#store.run(this.#one, ...this.#values.slice(at, at + this.#columns));
    }
    this.#values.length = 0;
  }
}

/** Inserts nodes and versions with ids in ascending order. Rows are in the database after `flush`. */
export class VersionWriter {
  readonly #nodes: RowBuffer;
  readonly #children: RowBuffer;
  readonly #versions: RowBuffer;
  readonly #since: number;
  /** The id that the next node gets. */
  nextNode: number;
  /** The id that the next version gets. */
  nextVersion: number;

  constructor(store: Store, since: number) {
    this.#nodes = new RowBuffer(store, 'node', 4);
    this.#children = new RowBuffer(store, 'child', 3);
    this.#versions = new RowBuffer(store, 'version', 6);
    this.#since = since;
    this.nextNode = (store.get<[number]>('SELECT ifnull(max(id), 0) FROM node')?.[0] ?? 0) + 1;
    this.nextVersion = (store.get<[number]>('SELECT ifnull(max(id), 0) FROM version')?.[0] ?? 0) + 1;
  }

  node(dir: number, name: string, head: number | null): number {
    const id = this.nextNode++;
    this.#nodes.add(id, dir, name, head);
    return id;
  }

  child(dir: number, hash: number, node: number): void {
    this.#children.add(dir, hash, node);
  }

  /** A version; with `identity` null it says that the node is gone. Returns its id. */
  version(prev: number | null, kind: number | null, identity: Uint8Array | null, layout: Uint8Array | null): number {
    const id = this.nextVersion++;
    this.#versions.add(id, this.#since, prev, kind, identity, layout);
    return id;
  }

  flush(): void {
    this.#nodes.flush();
    this.#children.flush();
    this.#versions.flush();
  }
}
