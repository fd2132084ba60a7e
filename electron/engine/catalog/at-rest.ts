import { statSync } from 'node:fs';
import { hasNamesToIndex } from './name-index.ts';
import { leftoverCopies, openCatalog } from './open.ts';
import type { Store } from './store.ts';

/**
 * Whether a catalog is there, in the newest schema, with nothing left to do for a writer: no log, no set that was being
 * written or waits for its parent, no names to index. What is in doubt is not at rest: the writer says what is the matter.
 */
export const isAtRest = (file: string): boolean => {
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return false;
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return false;
  let store: Store | undefined;
  try {
    store = openCatalog(file, { readOnly: true });
    return !hasUnfinished(store) && !hasNamesToIndex(store) && leftoverCopies(file).length === 0;
  } catch {
    return false;
  } finally {
    store?.close();
  }
};

const hasUnfinished = (store: Store): boolean =>
  store.get<[number]>(
    "SELECT EXISTS(SELECT 1 FROM block_set WHERE state = 'writing') OR EXISTS(SELECT 1 FROM waiting_set)",
  )?.[0] === 1;
