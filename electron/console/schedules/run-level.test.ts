import { expect, test } from 'vitest';
import { calendarOf } from './calendar.ts';
import { levelAt, levelsBetween } from './run-level.ts';

const HOUR = 3_600_000;

test('one schedule makes a full set on Sundays, a synthetic one each month, and differential ones else', () => {
  const rules = [{ on: 'month', level: 'synthetic' } as const, { on: 'sun', level: 'full' } as const];
  const calendar = calendarOf('0 1 * * *', 'Europe/Berlin');
  const levels = calendar
    .next(Date.parse('2026-02-26T12:00:00Z'), 6)
    .map((at) => levelAt({ level: 'differential', rules, zone: 'Europe/Berlin' }, calendar, at));
  // Friday 27th, Saturday 28th, Sunday 1st of March, ...
  expect(levels).toEqual(['differential', 'differential', 'synthetic', 'differential', 'differential', 'differential']);
});

test('of many moments the levels are found that each of them has, also on days on which clocks are changed', () => {
  const calendar = calendarOf('0 */2 * * *', 'Europe/Berlin');
  const rules = [
    { on: 'month', level: 'synthetic' } as const,
    { on: 'sun', level: 'full' } as const,
    { on: 'mon', level: 'incremental' } as const,
  ];
  const leveled = { level: 'differential', rules, zone: 'Europe/Berlin' } as const;
  // In the last night of March 2024 an hour is left out, in that of October 2026 one comes twice.
  for (const from of ['2024-03-28T12:00:00Z', '2024-03-30T23:45:00Z', '2026-10-23T12:00:00Z', '2026-10-25T00:10:00Z']) {
    for (const days of [0, 1, 3, 9]) {
      const [begin, end] = [Date.parse(from), Date.parse(from) + days * 24 * HOUR + HOUR];
      const each = new Set(
        calendar.between(begin, end, 5000).moments.map((moment) => levelAt(leveled, calendar, moment)),
      );
      expect(levelsBetween(leveled, calendar, begin, end).toSorted()).toEqual([...each].toSorted());
    }
  }
});
