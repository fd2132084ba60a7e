import { join } from 'node:path';
import { homeLayout } from './home/directory.ts';

/** Where the catalog of a vault lies. */
export const catalogFile = (home: string, vault: string): string => join(homeLayout(home).catalogs, `${vault}.db`);

/** Where a vault keeps its own copy of its catalog. */
export const catalogFolder = (vaultDir: string): string => join(vaultDir, 'catalog');
