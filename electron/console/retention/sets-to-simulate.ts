import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { donorsOf, type Soundness } from '../backup/choose-level.ts';
import type { RetentionRequest } from '../use-cases.ts';
import { datesOf } from './dates.ts';
import type { SetToJudge } from './plan.ts';

/**
 * The sets of an object as a simulation judges them: by the catalog alone, in which complete is good. Newest first, as `sets` has to be.
 * What it is told of donors is what an apply is told: an interrupted set goes no sooner than the sets that use what it stored.
 */
export const setsToSimulate = (
  sets: readonly BlockSetSummary[],
  { marks, usedBy }: Pick<RetentionRequest, 'marks' | 'usedBy'>,
  resumedBy: Soundness['resumedBy'],
): SetToJudge[] => {
  const oldestFirst = sets.toReversed();
  const attempts = sets.some(({ state }) => state === 'interrupted');
  const dates = datesOf(sets);
  return sets.map((set) => ({
    id: set.id,
    state: set.state,
    parent: set.parent,
    // What is to come comes after all that there is, however that is dated.
    createdAt: dates.get(set.id) ?? set.createdAt,
    datedAt: dates.get(set.id) ?? set.createdAt,
    good: set.state === 'complete',
    // It is supposed that somebody looks.
    unusual: false,
    donors:
      !attempts || set.state === 'interrupted' || set.state === 'writing' ? [] : donorsOf(oldestFirst, set, resumedBy),
    hold: marks.get(set.id)?.hold ?? null,
    until: marks.get(set.id)?.until ?? null,
    staysUntil: marks.get(set.id)?.staysUntil,
    used: usedBy(set.id),
  }));
};
