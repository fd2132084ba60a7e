import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { setRows } from './set-row.ts';
import type { Store } from './store.ts';

/** The newest sets of an object (by its id or name) and how many there are, newest first. */
export const recentSets = (
  store: Store,
  object: string,
  limit: number,
): { readonly sets: BlockSetSummary[]; readonly total: number } => {
  const keys = store.all<[number]>('SELECT key FROM object WHERE id = ?1 OR name = ?1', object).map(([key]) => key);
  const rows = keys.flatMap((key) =>
    setRows(store, 'WHERE s.object = ? ORDER BY s.created_at DESC, s.key DESC LIMIT ?', key, limit),
  );
  const total = keys.reduce(
    (sum, key) => sum + (store.get<[number]>('SELECT count(*) FROM block_set WHERE object = ?', key)?.[0] ?? 0),
    0,
  );
  const newestFirst = rows.map(({ summary }) => summary).toSorted((a, b) => b.createdAt - a.createdAt);
  return { sets: newestFirst.slice(0, limit), total };
};

/** Of an object the newest complete set; undefined when it has none. */
export const newestComplete = (store: Store, object: string): BlockSetSummary | undefined =>
  setRows(store, "WHERE o.id = ? AND s.state = 'complete' ORDER BY s.created_at DESC, s.key DESC LIMIT 1", object)[0]
    ?.summary;

/** What was stored on tape since a time, set by set, the first set of each object left out: that one does not come again. */
export const storedSince = (store: Store, since: number): { readonly at: number; readonly bytes: number }[] =>
  store
    .all<[number, number]>(
      `SELECT created_at, bytes_stored FROM block_set s WHERE state = 'complete' AND created_at >= ?
       AND EXISTS (SELECT 1 FROM block_set f WHERE f.object = s.object AND f.created_at < s.created_at)`,
      since,
    )
    .map(([at, bytes]) => ({ at, bytes }));

/** How many sets there are, and the oldest of them that is complete. */
export const setCounts = (store: Store): { readonly sets: number; readonly since: number | null } => {
  const row = store.get<[number, number | null]>(
    "SELECT count(*), min(CASE WHEN state = 'complete' THEN created_at END) FROM block_set",
  );
  return { sets: row?.[0] ?? 0, since: row?.[1] ?? null };
};

/** Elements that got a version in a set: added, changed or removed. Null when its elements are not in the catalog. */
export const touchedCount = (store: Store, set: string): number | null => {
  const sql = 'SELECT s.ordinal FROM block_set s JOIN set_ref r ON r.key = s.key WHERE r.id = ?';
  const ordinal = store.get<[number | null]>(sql, set)?.[0] ?? null;
  if (ordinal === null) return null;
  let count = 0;
  for (const [nodes] of store.each<[Uint8Array]>('SELECT nodes FROM touched WHERE ordinal = ?', ordinal)) {
    // A delta varint each: its last byte is the one below 128.
    for (let at = 0; at < nodes.length; at += 1) if ((nodes[at] as number) < 128) count += 1;
  }
  return count;
};
