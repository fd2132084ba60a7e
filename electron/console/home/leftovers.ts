import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { removeUnfinished } from '../../platform/durable-write.ts';
import { homeLayout } from './directory.ts';

/**
 * Removes what jobs of a killed process left in a home that this process owns now: folders of spools, catalogs that
 * never took their place, and files that were not written to their end. What a restore goes on with has another name and stays.
 */
export const removeLeftovers = (home: string): void => {
  const { jobs, catalogs } = homeLayout(home);
  for (const name of readdirSync(jobs))
    if (/^[0-9a-f]{32}$/.test(name)) rmSync(join(jobs, name), { recursive: true, force: true });
  for (const name of readdirSync(catalogs))
    if (/\.fresh(-wal|-shm)?$/.test(name)) rmSync(join(catalogs, name), { force: true });
  for (const folder of [home, catalogs]) removeUnfinished(folder);
};
