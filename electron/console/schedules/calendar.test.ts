import { expect, test } from 'vitest';
import { calendarOf } from './calendar.ts';

const at = (iso: string): number => Date.parse(iso);
const iso = (moments: readonly number[]): string[] => moments.map((moment) => new Date(moment).toISOString());
const usage = expect.objectContaining({ code: 'USAGE' });

test('fields are read in their zone, summer and winter', () => {
  const nightly = calendarOf('30 1 * * *', 'Europe/Berlin');
  expect(iso(nightly.next(at('2026-01-10T12:00:00Z'), 1))).toEqual(['2026-01-11T00:30:00.000Z']);
  expect(iso(nightly.next(at('2026-07-10T12:00:00Z'), 1))).toEqual(['2026-07-10T23:30:00.000Z']);
  expect(iso(calendarOf('0 22 * * FRI', 'UTC').next(at('2026-11-27T22:00:00Z'), 2))).toEqual([
    '2026-12-04T22:00:00.000Z',
    '2026-12-11T22:00:00.000Z',
  ]);
});

test('an hour that a change of the clocks leaves out or has twice is one run', () => {
  const nightly = calendarOf('30 2 * * *', 'Europe/Berlin');
  for (const [from, until] of [
    ['2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z'],
    ['2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z'],
  ] as const)
    expect(nightly.between(at(from), at(until), 10).moments).toHaveLength(1);
});

test('what lies between two moments is found, the last of it listed and the rest counted', () => {
  const hourly = calendarOf('@hourly', 'UTC');
  const { moments, before } = hourly.between(at('2026-05-01T00:00:00Z'), at('2026-05-01T10:00:00Z'), 3);
  expect(iso(moments)).toEqual(['2026-05-01T08:00:00.000Z', '2026-05-01T09:00:00.000Z', '2026-05-01T10:00:00.000Z']);
  expect(before).toBe(7);
  expect(hourly.between(at('2026-05-01T10:00:00Z'), at('2026-05-01T10:00:00Z'), 3)).toEqual({ moments: [], before: 0 });
});

test.each([
  ['60 * * * *', 'UTC'],
  ['* * * * * *', 'UTC'],
  ['tomorrow', 'UTC'],
  ['2099-12-01T02:30:00', 'UTC'],
  ['', 'UTC'],
  ['0 0 30 2 *', 'UTC'],
  ['0 0 * * *', 'Europe/Atlantis'],
])('%j in %s is refused with what to do', (cron, zone) => {
  expect(() => calendarOf(cron, zone)).toThrow(usage);
});

test.each([
  ['61 * * * *', 'its minute, 61, cannot be (0 to 59)'],
  ['0 25 * * *', 'its hour, 25, cannot be (0 to 23)'],
  ['0 0 * * MUN', 'its day of the week, MUN, cannot be (0 to 7, or SUN to SAT)'],
  ['@often', 'no such nickname is known'],
])('%s is refused in our words', (cron, why) => {
  expect(() => calendarOf(cron, 'UTC')).toThrow(`${JSON.stringify(cron)} is no time to run at: ${why}.`);
});
