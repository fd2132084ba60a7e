import type { DamagedChunks } from './damaged-chunks.ts';
import { needed } from './set-keys.ts';
import type { Store } from './store.ts';

/** The sets of which something that they wrote themselves is on record as damaged, and has no other place that is not. Ids; looks up the chunks on record alone. */
export const damagedSets = (store: Store, damaged: DamagedChunks): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const { set, sequence, kind } of damaged.chunks) {
    if (found.has(set)) continue;
    const places = store.all<[string, number]>(
      `SELECT c.tape, c.block FROM set_ref r JOIN block_set b ON b.key = r.key JOIN chunk c ON c.set_key = r.key
       WHERE r.id = ? AND c.sequence = ?`,
      set,
      sequence,
    );
    if (places.length > 0 && places.every(([tape, block]) => damaged.lists({ set, sequence, kind, tape, block })))
      found.add(set);
  }
  return found;
};

/** Ids of a set, those that it builds on, and the interrupted ones that each of them went on from. */
export const withThoseBelow = (store: Store, set: string): string[] =>
  store
    .all<[string]>(
      'SELECT id FROM set_ref WHERE key IN (SELECT value FROM json_each(?))',
      JSON.stringify(needed(store, set)),
    )
    .map(([id]) => id);
