import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_RULES } from '../../../shared/model/retention.ts';
import { orderedDates, takenAt } from './dates.ts';
import { planRetention } from './plan.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 10, 1, 3);
const day = (number: number): number => START + number * DAY;
const YEARS = 3650 * DAY;

/** Which of the sets that were made on these days, by the right clock, a rule for days keeps when a wrong one said `clocks`. */
const keptDays = (clocks: readonly number[], daily: number): number[] => {
  const dates = orderedDates(clocks);
  const sets = clocks.map((_, at) => ({
    id: String(at),
    state: 'complete' as const,
    parent: null,
    createdAt: at,
    datedAt: dates[at] as number,
    good: true,
    unusual: false,
    donors: [],
    hold: null,
    until: null,
    used: null,
  }));
  return planRetention(sets, { ...NO_RULES, daily }, { zone: 'UTC', now: day(clocks.length) })
    .filter(({ keep }) => keep)
    .map(({ set }) => Number(set.id))
    .sort((one, other) => one - other);
};

const days = (count: number): number[] => Array.from({ length: count }, (_, at) => day(at));
const newest = (count: number, of: number): number[] => Array.from({ length: count }, (_, at) => of - count + at);

test.each([
  ['ahead once', (at: number) => (at === 3 ? YEARS : 0)],
  ['ahead for three days', (at: number) => (at >= 3 && at < 6 ? YEARS : 0)],
  ['ahead at first', (at: number) => (at < 2 ? YEARS : 0)],
  ['ahead since', (at: number) => (at >= 7 ? YEARS : 0)],
  ['behind once', (at: number) => (at === 3 ? -YEARS : 0)],
  ['behind since', (at: number) => (at >= 7 ? -YEARS : 0)],
  ['behind for most of the time', (at: number) => (at >= 3 ? -YEARS : 0)],
  ['three days ahead once', (at: number) => (at === 3 ? 3 * DAY : 0)],
  ['another one each time', (at: number) => (at % 3) * YEARS],
])('a clock that was %s makes no days one', (_, wrong) => {
  const clocks = days(10).map((time, at) => time + wrong(at));
  expect(keptDays(clocks, 7)).toEqual(newest(7, 10));
});

test('dates in order are as they are, and all are in order in the end', () => {
  expect(orderedDates(days(5))).toEqual(days(5));
  expect(orderedDates([])).toEqual([]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 })), (clocks) => {
      const dates = orderedDates(clocks);
      expect(dates).toHaveLength(clocks.length);
      expect(dates).toEqual(dates.toSorted((one, other) => one - other));
    }),
  );
});

test('a set that was dated after the one before it says by its end what the clock said', () => {
  const set = { createdAt: day(100) as never, finishedAt: day(3) as never };
  expect([takenAt(set), takenAt({ ...set, finishedAt: null })]).toEqual([day(3), day(100)]);
});
