import type { Store } from './store.ts';

/** A row of `version`. */
export interface VersionRow {
  readonly id: number;
  readonly since: number;
  readonly prev: number | null;
  readonly kind: number | null;
  /** Null: the node is gone. Empty: a directory that is only there because something beneath it is. */
  readonly identity: Uint8Array | null;
  readonly layout: Uint8Array | null;
}

type Columns = [number, number, number | null, number | null, Uint8Array | null, Uint8Array | null];
const SELECT = 'SELECT id, since, prev, class, identity, layout FROM version WHERE id = ?';

const versionRow = (store: Store, id: number): VersionRow => {
  const row = store.get<Columns>(SELECT, id);
  if (row === undefined) throw new RangeError(`version ${id} is missing`);
  return { id: row[0], since: row[1], prev: row[2], kind: row[3], identity: row[4], layout: row[5] };
};

/** The version that holds at an ordinal, looked for from `head` backwards; null when the node is not there then. */
export const versionAt = (store: Store, head: number | null, ordinal: number): VersionRow | null => {
  for (let id = head; id !== null; ) {
    const row = versionRow(store, id);
    if (row.since <= ordinal) return row.identity === null ? null : row;
    id = row.prev;
  }
  return null;
};

/** All versions of a node, newest first, those that say it is gone included. */
export function* versionChain(store: Store, head: number | null): Generator<VersionRow> {
  for (let id = head; id !== null; ) {
    const row = versionRow(store, id);
    yield row;
    id = row.prev;
  }
}
