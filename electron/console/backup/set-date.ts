import type { BlockSetSummary, Warning } from '../../../shared/model/block-set.ts';
import { type Millis, millis } from '../../../shared/units.ts';

/** A clock that was this far ahead of what it is now was wrong then, or is now; milliseconds. */
const WRONG_CLOCK_MS = 3_600_000;

/**
 * When a set is said to be made: now, or just after the newest set of its object when the clock was ahead of what it is. A name means
 * its newest set, and that has to be the one that was made last.
 */
export const dateAfter = (history: readonly BlockSetSummary[], now: number): Millis =>
  millis(Math.max(now, ...history.map(({ createdAt }) => createdAt + 1)));

/** What users are told once when the clock was far ahead of what it is: sets that were dated after such a one do not say it again. */
export const clockWarnings = (history: readonly BlockSetSummary[], now: number): Warning[] => {
  const newest = history.toSorted((one, other) => other.createdAt - one.createdAt)[0];
  if (newest === undefined || newest.createdAt <= now + WRONG_CLOCK_MS) return [];
  if (newest.finishedAt !== null && newest.finishedAt < newest.createdAt) return [];
  const [then, today] = [newest.createdAt, now].map((time) => new Date(time).toISOString());
  const message = `the newest set before this one is dated ${then}, and the clock says ${today}: this set is dated right after it, so that it counts as the newer one. Set the clock if it is wrong`;
  return [{ code: 'CLOCK_BEHIND', path: '', message }];
};
