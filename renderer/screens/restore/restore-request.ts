import type { ConflictPolicy } from '../../../shared/contract/choices.ts';
import type { InputOf } from '../../../shared/contract/contract.ts';
import { type BasketItem, bySet } from '../../stores/basket.ts';
import { commonFolder, pathIn } from '../../stores/paths.ts';

export interface RestoreChoice {
  readonly where: 'folder' | 'original';
  readonly folder: string;
  /** Leave out the folders that all items have in common. */
  readonly flat: boolean;
  readonly onConflict: ConflictPolicy;
}

export const FIRST_CHOICE: RestoreChoice = { where: 'folder', folder: '', flat: true, onConflict: 'fail' };

/** Whether a restore can be planned so. */
export const isComplete = ({ where, folder }: RestoreChoice): boolean =>
  where === 'original' || folder.trim().startsWith('/');

/** One request for each moment in the basket. */
export const requestsFor = (
  items: readonly BasketItem[],
  { where, folder, flat, onConflict }: RestoreChoice,
): InputOf<'restore'>[] => {
  const above = commonFolder(items.map(({ path }) => path));
  const place =
    where === 'original'
      ? { original: true as const }
      : { to: { path: folder.trim() }, ...(flat && above !== '/' ? { relativeTo: { path: above } } : {}) };
  return bySet(items).map(([set, of]) => ({ set, paths: of.map(pathIn), onConflict, ...place }));
};
