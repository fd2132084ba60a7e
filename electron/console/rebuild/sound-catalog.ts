import { existsSync } from 'node:fs';
import { asColdframeError } from '../../../shared/errors.ts';
import { openCatalog, sets } from '../../engine/catalog/index.ts';

/** How many sets a catalog of this home knows; null when it is not there or damaged. One that cannot be read for now is neither. Throws IO. */
export const setsIn = (file: string): number | null => {
  if (!existsSync(file)) return null;
  try {
    const store = openCatalog(file);
    try {
      return sets(store).length;
    } finally {
      store.close();
    }
  } catch (thrown) {
    if (asColdframeError(thrown).kind === 'damaged') return null;
    throw thrown;
  }
};

/** Does some work with a copy, as far as it is there and whole. */
export const undamaged = (work: () => void): void => {
  try {
    work();
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (error.kind !== 'damaged' && error.code !== 'IO') throw error;
  }
};
