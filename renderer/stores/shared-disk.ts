import type { OutputOf } from '../../shared/contract/contract.ts';
import type { PathIn } from '../../shared/contract/values.ts';
import { useQuery } from './calls.ts';
import { pathIn, type ShownPath } from './paths.ts';
import { useSettled } from './settled.ts';

export type SharedPlaces = OutputOf<'place.sharedDisk'>['shared'];

/**
 * Which of some places lie on the disk of a vault; nothing is said of a folder that is typed only in part. `known`: the vault is here already:
 * its tapes may be in a changer, and then lie on no disk.
 */
export const useSharedDisk = (folder: string, of: readonly ShownPath[], known = false): SharedPlaces => {
  const settled = useSettled(JSON.stringify([folder, of.filter(({ path }) => path.startsWith('/')).map(pathIn)]));
  const [vault, places] = JSON.parse(settled) as [string, PathIn[]];
  const { data } = useQuery(
    'place.sharedDisk',
    vault.startsWith('/') && places.length > 0 ? { folder: { path: vault }, of: places.slice(0, 1000) } : null,
  );
  const shared = data?.shared ?? [];
  const library = useQuery('library.show', known && shared.length > 0 ? { vault } : null);
  return known && (library.loading || library.data?.changer) ? [] : shared;
};
