import type { ConflictPolicy } from '../../../shared/contract/choices.ts';
import type { InputOf } from '../../../shared/contract/contract.ts';
import { type BasketItem, bySet } from '../../stores/basket.ts';
import { commonFolder, pathIn, wholePath } from '../../stores/paths.ts';

export interface RestoreChoice {
  /** `image` and `device` are for one volume each. */
  readonly where: 'folder' | 'original' | 'image' | 'device';
  readonly folder: string;
  readonly image: string;
  readonly device: string;
  /** Leave out the folders that all items have in common. */
  readonly flat: boolean;
  readonly onConflict: ConflictPolicy;
}

export const FIRST_CHOICE: RestoreChoice = {
  where: 'folder',
  folder: '',
  image: '',
  device: '',
  flat: true,
  onConflict: 'fail',
};

/** Where so many volumes can go, what is most likely wanted first. */
export const volumePlaces = (count: number): readonly RestoreChoice['where'][] =>
  count === 1 ? ['image', 'device', 'original'] : ['folder', 'original'];

/** What is there is overwritten as a whole, whatever policy there is for files: that is asked about by itself. */
export const overwritesDisk = ({ where }: Pick<RestoreChoice, 'where'>, volumes: boolean): boolean =>
  where === 'device' || (volumes && where === 'original');

/** A volume that goes into one image or onto a disk is restored as a whole or not at all: without one of its tapes nothing comes of it. */
export const takesAllTapes = ({ where }: Pick<RestoreChoice, 'where'>, volumes: boolean): boolean =>
  volumes && where !== 'folder';

/** Whether a restore can be planned so. */
export const isComplete = (choice: RestoreChoice): boolean =>
  choice.where === 'original' || choice[choice.where].trim().startsWith('/');

const placeOf = (items: readonly BasketItem[], { where, flat, ...at }: RestoreChoice): Partial<InputOf<'restore'>> => {
  if (where === 'original') return { original: true };
  const above = commonFolder(items.map(wholePath));
  const withinFolder = where === 'folder' && flat && above !== '/';
  return { to: { path: at[where].trim() }, ...(withinFolder ? { relativeTo: pathIn({ path: above }) } : {}) };
};

/** One request for each moment in the basket; of volumes that go back in place, one for each. */
export const requestsFor = (
  items: readonly BasketItem[],
  choice: RestoreChoice,
  volumes = false,
): InputOf<'restore'>[] => {
  const onConflict = overwritesDisk(choice, volumes) ? 'overwrite' : choice.onConflict;
  const place = placeOf(items, choice);
  if (volumes && choice.where === 'original')
    return items.map((item) => ({ set: item.set, paths: [pathIn(item)], onConflict, ...place }));
  return bySet(items).map(([set, of]) => ({ set, paths: of.map(pathIn), onConflict, ...place }));
};
