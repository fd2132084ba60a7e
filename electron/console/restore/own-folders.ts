import { isThere } from '../../platform/answering-folder.ts';
import type { Store } from '../store/store.ts';

/** How long the disk of one vault is waited for, milliseconds. */
const PATIENCE_MS = 2000;

/**
 * The folders in which Coldframe keeps something: the home, and its vaults whose disks answer. What is put into one that does not answer hangs
 * before it does harm.
 */
export const ownFolders = async ({
  store,
  home,
}: {
  readonly store: Pick<Store, 'vaults'>;
  readonly home: string;
}): Promise<string[]> => {
  const vaults = await Promise.all(
    store.vaults.list().map(async ({ dir }) => ((await isThere(dir, PATIENCE_MS)) ? [dir] : [])),
  );
  return [home, ...vaults.flat()];
};
