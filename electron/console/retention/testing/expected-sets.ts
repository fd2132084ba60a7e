import type { BlockSetSummary } from '../../../../shared/model/block-set.ts';
import type { KeepRules } from '../../../../shared/model/retention.ts';
import type { SetMark } from '../../use-cases.ts';
import { takenAt } from '../dates.ts';

/**
 * The complete sets that have to stay by the words of the rules, told in another way than by the plan: the newest ones, the newest of each of so many
 * days, weeks, months and years, what somebody holds, the last one, and what these are built on. For sets of a clock that only
 * went forward, all of them sound.
 */
export const expectedSets = (
  all: readonly BlockSetSummary[],
  rules: KeepRules,
  marks: ReadonlyMap<string, SetMark>,
  { zone, now }: { readonly zone: string; readonly now: number },
): Set<string> => {
  const sets = all.filter(({ state }) => state === 'complete').toSorted((one, other) => takenAt(other) - takenAt(one));
  const stay = new Set<string>(sets.slice(0, Math.max(1, rules.keepLast)).map(({ id }) => id));
  // Years, months and days in the order of a date.
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: zone });
  const monday = (date: string): string => {
    const at = new Date(`${date}T12:00:00Z`);
    at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() || 7) - 1));
    return at.toISOString().slice(0, 10);
  };
  const newestOfEach = (most: number, periodOf: (date: string) => string): void => {
    const newest = new Map<string, string>();
    for (const set of sets) {
      const period = periodOf(day.format(takenAt(set)));
      if (!newest.has(period)) newest.set(period, set.id);
    }
    for (const id of [...newest.values()].slice(0, most)) stay.add(id);
  };
  newestOfEach(rules.daily, (date) => date);
  newestOfEach(rules.weekly, monday);
  newestOfEach(rules.monthly, (date) => date.slice(0, 7));
  newestOfEach(rules.yearly, (date) => date.slice(0, 4));
  for (const [id, { hold, until, staysUntil }] of marks)
    if (hold !== null || (until !== null && (staysUntil ?? until) > now)) stay.add(id);
  // A set is older than what is built on it.
  for (const { id, parent } of sets) if (stay.has(id) && parent !== null) stay.add(parent);
  return new Set(sets.map(({ id }) => id).filter((id) => stay.has(id)));
};
