import { indexNames, mergeNames } from './name-index.ts';
import type { Store } from './store.ts';

/** Few enough that a commit never waits long for it. */
const NAMES_A_STEP = 4000;

/**
 * Does some of the work that commits leave for later: the names of new elements go into the index of `find`, then the
 * write-ahead log into the database. Waits for nobody. Says whether some is left.
 */
export const settleSome = (store: Store): boolean => {
  if (indexNames(store, NAMES_A_STEP) || mergeNames(store)) return true;
  store.db.exec('PRAGMA wal_checkpoint(PASSIVE)');
  return false;
};
