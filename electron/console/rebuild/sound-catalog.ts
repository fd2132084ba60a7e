import { existsSync } from 'node:fs';
import { asColdframeError } from '../../../shared/errors.ts';
import { openCatalog, sets } from '../../engine/catalog/index.ts';

/** How many sets a catalog knows; null when it is not there or damaged. */
export const setsIn = (file: string): number | null => {
  if (!existsSync(file)) return null;
  let found: number | null = null;
  undamaged(() => {
    const store = openCatalog(file);
    try {
      found = sets(store).length;
    } finally {
      store.close();
    }
  });
  return found;
};

/** Does some work, as far as what it needs is there and whole. */
export const undamaged = (work: () => void): void => {
  try {
    work();
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (error.kind !== 'damaged' && error.code !== 'IO') throw error;
  }
};
