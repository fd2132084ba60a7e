import { findSetKey } from './set-keys.ts';
import type { Store } from './store.ts';

/**
 * Of `away`, volume ids, the tapes without which a set cannot be restored whole: on which chunks lie that the set, or one that it builds on or
 * went on from, has on no tape but those. In the order of their names; none for a set that is not known.
 */
export const tapesAway = (store: Store, set: string, away: readonly string[]): string[] => {
  if (away.length === 0) return [];
  const keys = needed(store, set);
  const sql = `SELECT DISTINCT c.tape FROM json_each(?1) k CROSS JOIN chunk c ON c.set_key = k.value
    WHERE c.tape IN (SELECT value FROM json_each(?2)) AND NOT EXISTS (
      SELECT 1 FROM chunk o WHERE o.set_key = c.set_key AND o.sequence = c.sequence
        AND o.tape NOT IN (SELECT value FROM json_each(?2)))
    ORDER BY c.tape`;
  return store.all<[string]>(sql, JSON.stringify(keys), JSON.stringify(away)).map(([tape]) => tape);
};

/** A set, those that it builds on, and the interrupted ones that each of them went on from. */
const needed = (store: Store, set: string): number[] => {
  const sql = "SELECT parent, json_extract(detail, '$.source.resumed') FROM block_set WHERE key = ?";
  const found = new Set<number>();
  const waiting: number[] = [];
  const add = (key: number | null | undefined) => typeof key === 'number' && !found.has(key) && waiting.push(key);
  add(findSetKey(store, set));
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    found.add(key);
    const [parent, resumed] = store.get<[number | null, string | null]>(sql, key) ?? [null, null];
    add(parent);
    for (const id of resumed?.split(' ') ?? []) add(findSetKey(store, id));
  }
  return [...found];
};
