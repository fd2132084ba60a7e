import { findSetKey, needed } from './set-keys.ts';
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

/**
 * Of `away`, volume ids, the tapes that hold each chunk that is wanted of one of them: that some of the sets have, or what they build on, and
 * that lies on no tape but those that are away. In the order of their names. `some`: those that hold one at least.
 */
export const holdersAway = (
  store: Store,
  tape: string,
  away: readonly string[],
  sets: readonly string[],
): { readonly all: readonly string[]; readonly some: readonly string[] } => {
  const keys = new Set(sets.flatMap((set) => needed(store, set)));
  const sql = `WITH wanted AS (
      SELECT DISTINCT c.set_key, c.sequence FROM json_each(?1) k CROSS JOIN chunk c ON c.set_key = k.value
      WHERE c.tape = ?2 AND NOT EXISTS (
        SELECT 1 FROM chunk o WHERE o.set_key = c.set_key AND o.sequence = c.sequence
          AND o.tape NOT IN (SELECT value FROM json_each(?3))))
    SELECT tape, count(*) = (SELECT count(*) FROM wanted) FROM (
      SELECT DISTINCT o.tape, w.set_key, w.sequence FROM wanted w
      CROSS JOIN chunk o ON o.set_key = w.set_key AND o.sequence = w.sequence WHERE o.tape <> ?2)
    GROUP BY tape ORDER BY tape`;
  const rows = store.all<[string, number]>(sql, JSON.stringify([...keys]), tape, JSON.stringify(away));
  return { all: rows.filter(([, all]) => all === 1).map(([other]) => other), some: rows.map(([other]) => other) };
};

/** The same of all sets at once, by id; sets that need none of these tapes are left out. */
export const tapesAwayBySet = (store: Store, away: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, readonly string[]>();
  if (away.length === 0) return found;
  const sql = `SELECT DISTINCT c.set_key, c.tape FROM json_each(?1) t CROSS JOIN chunk c ON c.tape = t.value
    WHERE NOT EXISTS (SELECT 1 FROM chunk o WHERE o.set_key = c.set_key AND o.sequence = c.sequence
      AND o.tape NOT IN (SELECT value FROM json_each(?1)))`;
  const own = Map.groupBy(store.all<[number, string]>(sql, JSON.stringify(away)), ([key]) => key);
  if (own.size === 0) return found;
  const links = store.all<[number, string, number | null, string | null]>(
    `SELECT b.key, r.id, b.parent, json_extract(b.detail, '$.source.resumed') FROM block_set b JOIN set_ref r ON r.key = b.key`,
  );
  const keys = new Map(links.map(([key, id]) => [id, key]));
  const below = new Map(
    links.map(([key, , parent, resumed]) => {
      const others = resumed?.split(' ').flatMap((id) => keys.get(id) ?? findSetKey(store, id) ?? []) ?? [];
      return [key, parent === null ? others : [parent, ...others]];
    }),
  );
  const lacked = new Map<number, ReadonlySet<string>>();
  for (const [key, id] of links) {
    const tapes = lackedBy(key, own, below, lacked);
    if (tapes.size > 0) found.set(id, [...tapes].sort());
  }
  return found;
};

/** What a set and all below it lack; chains are long, so no call goes down one. */
const lackedBy = (
  key: number,
  own: ReadonlyMap<number, readonly (readonly [number, string])[]>,
  below: ReadonlyMap<number, readonly number[]>,
  known: Map<number, ReadonlySet<string>>,
): ReadonlySet<string> => {
  const waiting = [key];
  for (let at = waiting.at(-1); at !== undefined; at = waiting.at(-1)) {
    const open = (below.get(at) ?? []).filter((each) => !known.has(each));
    if (open.length > 0 && !known.has(at)) {
      waiting.push(...open);
      continue;
    }
    waiting.pop();
    if (known.has(at)) continue;
    const tapes = new Set((own.get(at) ?? []).map(([, tape]) => tape));
    for (const each of below.get(at) ?? []) for (const tape of known.get(each) ?? []) tapes.add(tape);
    known.set(at, tapes);
  }
  return known.get(key) ?? new Set();
};
