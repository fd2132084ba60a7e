import type { ByteString } from '../../../shared/byte-string.ts';
import { searchText } from './name-pattern.ts';
import type { Store } from './store.ts';

/** Node up to which names are in the index; what is behind it is searched one by one. */
export const indexedUpTo = (store: Store): number =>
  store.get<[number]>("SELECT value FROM meta WHERE name = 'indexed-up-to'")?.[0] ?? 0;

/**
 * Adds names of new nodes to the index for `find`, at most `limit` of them, and says whether some are left. Not part of
 * a commit, which must not wait for it: call it when there is time.
 */
export const indexNames = (store: Store, limit: number): boolean =>
  store.transaction(() => {
    const from = indexedUpTo(store);
    const sql = 'SELECT id, name FROM node WHERE id > ? ORDER BY id LIMIT ?';
    const rows = store.all<[number, ByteString]>(sql, from, limit);
    const last = rows.at(-1);
    if (last === undefined) return false;
    for (const [id, name] of rows) {
      if (name !== '') store.run('INSERT INTO name_index(rowid, name) VALUES (?, ?)', id, searchText(name));
    }
    store.run("INSERT OR REPLACE INTO meta VALUES ('indexed-up-to', ?)", last[0]);
    return rows.length === limit;
  });

const numberIn = (store: Store, name: string): number =>
  store.get<[number]>('SELECT value FROM meta WHERE name = ?', name)?.[0] ?? 0;

const isWorthMerging = (store: Store): boolean => indexedUpTo(store) >= numberIn(store, 'merged-up-to') * 2 + 1000;

/** Whether `indexNames` or `mergeNames` would find something to do. */
export const hasNamesToIndex = (store: Store): boolean => {
  const last = store.get<[number | null]>('SELECT max(id) FROM node')?.[0] ?? 0;
  return last > indexedUpTo(store) || numberIn(store, 'merging') === 1 || isWorthMerging(store);
};

/** Pages of the index that one step merges. */
const PAGES_A_STEP = 200;

/**
 * Merges the pieces of the index into one, which is smaller and faster, a step at a time: begins when half of the names
 * came since it was done last. Says whether something is left. Not part of a commit either.
 */
export const mergeNames = (store: Store): boolean =>
  store.transaction(() => {
    const begun = numberIn(store, 'merging') === 1;
    const indexed = indexedUpTo(store);
    if (!begun && !isWorthMerging(store)) return false;
    const changes = (): number => store.get<[number]>('SELECT total_changes()')?.[0] ?? 0;
    const before = changes();
    // A negative number of pages begins to merge everything, a positive one goes on (FTS5, section "The merge command").
    store.run("INSERT INTO name_index(name_index, rank) VALUES ('merge', ?)", begun ? PAGES_A_STEP : -PAGES_A_STEP);
    const left = !begun || changes() - before >= 2;
    store.run("INSERT OR REPLACE INTO meta VALUES ('merging', ?)", left ? 1 : 0);
    if (!left) store.run("INSERT OR REPLACE INTO meta VALUES ('merged-up-to', ?)", indexed);
    return left;
  });
