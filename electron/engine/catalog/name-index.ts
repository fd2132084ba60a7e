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

/** Merges the pieces of the index: smaller and faster. For quiet times. */
export const optimizeNames = (store: Store): void => {
  store.run("INSERT INTO name_index(name_index) VALUES ('optimize')");
};
