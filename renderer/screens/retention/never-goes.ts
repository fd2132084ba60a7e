import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { NothingGoes } from '../../words/retention.ts';

type TimeLine = Pick<
  OutputOf<'retention.simulate'>,
  'active' | 'by' | 'schedules' | 'fullEvery' | 'steps' | 'sets' | 'until'
>;

/** Whether a set is to come that is built on no other one. */
const hasFullToCome = ({ by, schedules, fullEvery }: TimeLine): boolean =>
  by === 'assumption'
    ? fullEvery !== 0
    : schedules.some(({ level, rules }) =>
        [level, ...rules.map((rule) => rule.level)].some((each) => each === 'full' || each === 'synthetic'),
      );

/**
 * Why rules let nothing go; null when they do, or when no backup is to come that could show it: there are none, every set
 * is built on the ones before it, or what was looked at is all held.
 */
export const nothingGoes = (timeLine: TimeLine): NothingGoes | null => {
  const { active, steps, sets, until } = timeLine;
  if (!active) return { kind: 'no-rules' };
  if (steps.length === 0 || steps.some(({ expires }) => expires > 0) || sets.some(({ goesAt }) => goesAt !== null))
    return null;
  return hasFullToCome(timeLine) ? { kind: 'held', until } : { kind: 'chain' };
};
