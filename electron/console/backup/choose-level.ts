import { ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary, Level } from '../../../shared/model/block-set.ts';
import type { SetId } from '../../../shared/units.ts';

export interface ChosenLevel {
  readonly level: Level;
  /** The set it builds on; null for a full one. */
  readonly parent: BlockSetSummary | null;
}

/**
 * The level a backup gets, and its parent: a differential builds on the last full or synthetic set, an incremental on the
 * last of any level; `auto` is full the first time and incremental then. Throws PARENT_MISSING.
 */
export const chooseLevel = (
  asked: 'auto' | 'full' | 'differential' | 'incremental',
  sets: readonly BlockSetSummary[],
): ChosenLevel => {
  const complete = sets.filter((set) => set.state === 'complete');
  if (asked === 'full' || (asked === 'auto' && complete.length === 0)) return { level: 'full', parent: null };
  const base =
    asked === 'differential' ? complete.filter((set) => set.level === 'full' || set.level === 'synthetic') : complete;
  const parent = base.at(-1);
  if (parent === undefined) {
    throw new ColdframeError('PARENT_MISSING', {
      message: `There is no complete full set that a ${asked} backup could build on.`,
      guidance: 'Run a full backup first, or use --level auto, which does it by itself.',
    });
  }
  return { level: asked === 'differential' ? 'differential' : 'incremental', parent };
};

/**
 * The interrupted sets whose chunks a new backup can use, oldest first: those since the last complete set, and one that
 * was asked for by name.
 */
export const resumable = (sets: readonly BlockSetSummary[], asked: SetId | null): SetId[] => {
  const lastComplete = sets.findLastIndex((set) => set.state === 'complete');
  return sets
    .filter(({ id, state }, index) => state === 'interrupted' && (index > lastComplete || id === asked))
    .map(({ id }) => id);
};
