import { isDirectory, unpackIdentity } from './packed-identity.ts';
import type { Store } from './store.ts';

/** Nodes of a folder that lie this near to each other are read as they lie, in place of one by one by their hashes. */
const DENSE = 8;
/** Rows that are read before something else may be done. */
const SLICE = 20_000;

/** A version without an identity stands for a folder that is only implied. The type is in the lowest bits of the first byte; that of a file is 0, which is no character. */
const IS_FOLDER = '(CASE WHEN length(v.identity) = 0 THEN 1 ELSE ifnull(unicode(v.identity) & 7, 0) = 1 END)';

/** How the rows of a folder are read. `?1`: the folder, `?2`: the ordinal. */
interface FolderQuery {
  readonly from: string;
  readonly values: readonly number[];
}

/** How many entries a folder has, and whether some of its nodes have changed since. */
export interface FolderCount {
  readonly entries: number;
  readonly folders: number;
  readonly changed: boolean;
}

/** What is needed of every entry, in byte order of the names. */
export interface FolderRows {
  readonly nodes: Float64Array;
  readonly versions: Float64Array;
  readonly sizes: Float64Array;
  /** Seconds; minus infinity for a folder that is only implied. */
  readonly times: Float64Array;
  readonly folders: Uint8Array;
}

/** Of what is no folder. */
export const NO_ROWS: FolderRows = {
  nodes: new Float64Array(),
  versions: new Float64Array(),
  sizes: new Float64Array(),
  times: new Float64Array(),
  folders: new Uint8Array(),
};

/** The first and the last node of a folder, when those in between are its own for the most part. */
export const denseNodes = (store: Store, dir: number): readonly [first: number, last: number] | null => {
  const [count, first, last] = store.get<[number, number | null, number | null]>(
    'SELECT count(*), min(node), max(node) FROM child WHERE dir = ?',
    dir,
  ) ?? [0, null, null];
  return first !== null && last !== null && last - first < count * DENSE ? [first, last] : null;
};

const queryOf = (store: Store, dir: number, ordinal: number): FolderQuery => {
  const dense = denseNodes(store, dir);
  const join = 'CROSS JOIN version v ON v.id = n.head';
  if (dense !== null)
    return {
      from: `FROM node n ${join} WHERE n.id BETWEEN ?3 AND ?4 AND n.dir = ?1`,
      values: [dir, ordinal, ...dense],
    };
  return {
    from: `FROM child c CROSS JOIN node n ON n.id = c.node ${join} WHERE c.dir = ?1`,
    values: [dir, ordinal],
  };
};

/** Columns of every entry that stood at the ordinal; nodes that changed since are followed back along their versions. */
const rowsSql = ({ from }: FolderQuery, changed: boolean): string => {
  const columns = `n.id AS node, v.id AS version, v.identity AS identity, n.name AS name, ${IS_FOLDER} AS folder`;
  const newest = `SELECT ${columns} ${from} AND v.since <= ?2 AND v.identity IS NOT NULL`;
  if (!changed) return newest;
  return `WITH RECURSIVE back(node, version) AS (
      SELECT n.id, v.prev ${from} AND v.since > ?2 AND v.prev IS NOT NULL
      UNION ALL
      SELECT b.node, v.prev FROM back b CROSS JOIN version v ON v.id = b.version
      WHERE v.since > ?2 AND v.prev IS NOT NULL)
    ${newest}
    UNION ALL
    SELECT ${columns} FROM back b CROSS JOIN version v ON v.id = b.version CROSS JOIN node n ON n.id = b.node
    WHERE v.since <= ?2 AND v.identity IS NOT NULL`;
};

/** A folder at an ordinal, read in whatever way is quick. */
export class FolderReader {
  readonly #store: Store;
  readonly #query: FolderQuery;
  readonly count: FolderCount;

  constructor(store: Store, dir: number, ordinal: number) {
    this.#store = store;
    this.#query = queryOf(store, dir, ordinal);
    this.count = this.#counted();
  }

  /** Nodes and versions of the first entries by name. */
  first(limit: number, { descending, foldersFirst }: { descending: boolean; foldersFirst: boolean }) {
    const order = `${foldersFirst ? 'folder DESC, ' : ''}name ${descending ? 'DESC' : 'ASC'}`;
    const sql = `SELECT node, version FROM (${rowsSql(this.#query, this.count.changed)}) ORDER BY ${order} LIMIT ${limit}`;
    return this.#store.all<[node: number, version: number]>(sql, ...this.#query.values);
  }

  /** All of it; gives way after some rows each. */
  *all(): Generator<void, FolderRows> {
    const { entries } = this.count;
    const [nodes, versions, sizes, times] = Array.from({ length: 4 }, () => new Float64Array(entries)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const folders = new Uint8Array(entries);
    const sql = `SELECT node, version, identity FROM (${rowsSql(this.#query, this.count.changed)}) ORDER BY name`;
    let at = 0;
    for (const [node, version, identity] of this.#store.each<[number, number, Uint8Array]>(
      sql,
      ...this.#query.values,
    )) {
      nodes[at] = node;
      versions[at] = version;
      folders[at] = isDirectory(identity) ? 1 : 0;
      const known = identity.length === 0 ? null : unpackIdentity(identity);
      sizes[at] = known?.type === 'file' ? known.size : 0;
      times[at] = known ? known.modifiedAt.seconds + known.modifiedAt.nanos / 1e9 : Number.NEGATIVE_INFINITY;
      at += 1;
      if (at % SLICE === 0) yield;
    }
    if (at !== entries) throw new RangeError(`a folder has ${at} entries, and not ${entries}`);
    return { nodes, versions, sizes, times, folders };
  }

  #counted(): FolderCount {
    const { from, values } = this.#query;
    const stands = 'v.since <= ?2 AND v.identity IS NOT NULL';
    const newest = `SELECT count(*) FILTER (WHERE ${stands}), count(*) FILTER (WHERE v.since > ?2), total(${IS_FOLDER}) FILTER (WHERE ${stands}) ${from}`;
    const [entries, later, folders] = this.#store.get<[number, number, number]>(newest, ...values) ?? [0, 0, 0];
    if (later === 0) return { entries, folders, changed: false };
    const all = `SELECT count(*), total(folder) FROM (${rowsSql(this.#query, true)})`;
    const [count, dirs] = this.#store.get<[number, number]>(all, ...values) ?? [0, 0];
    return { entries: count, folders: dirs, changed: true };
  }
}
