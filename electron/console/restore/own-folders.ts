import { existsSync } from 'node:fs';
import { isThere } from '../../platform/answering-folder.ts';
import { homeLayout } from '../home/directory.ts';
import type { Store } from '../store/store.ts';
import type { Volumes } from '../use-cases.ts';

/** How long the disk of one place is waited for, milliseconds. */
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
}): Promise<string[]> => [home, ...(await answering(store.vaults.list().map(({ dir }) => dir)))];

/** The images and devices of managed volumes, likewise. */
export const managedDisks = async ({
  volumes,
  home,
}: {
  readonly volumes: () => Promise<Pick<Volumes, 'disks'>>;
  readonly home: string;
}): Promise<string[]> => (existsSync(homeLayout(home).volumes) ? await answering((await volumes()).disks()) : []);

const answering = async (places: readonly string[]): Promise<string[]> => {
  const found = await Promise.all(places.map(async (place) => ((await isThere(place, PATIENCE_MS)) ? [place] : [])));
  return found.flat();
};
