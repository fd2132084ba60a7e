import { expect, test } from 'vitest';
import type { LimitRule } from '../../../shared/contract/settings.ts';
import { limitAt, NO_LIMIT, nextChange } from './limit-at.ts';

const rule = (from: string, to: string, source: number | null, days: LimitRule['days'] = []): LimitRule => ({
  days,
  from,
  to,
  source,
  vault: null,
});
const at = (text: string): number => Date.parse(text);
const sourceAt = (rules: LimitRule[], zone: string, text: string): number | null =>
  limitAt(rules, zone, at(text)).source;

test('the first rule that holds counts, by the clocks of the zone', () => {
  const rules = [rule('12:00', '13:00', null), rule('08:00', '18:00', 20_000), rule('00:00', '00:00', 90_000)];
  const hours = ['07:59', '08:00', '11:59', '12:00', '13:00', '18:00'];
  expect(hours.map((hour) => sourceAt(rules, 'UTC', `2026-05-04T${hour}:00Z`))).toEqual([
    90_000,
    20_000,
    20_000,
    null,
    20_000,
    90_000,
  ]);
  expect(sourceAt(rules, 'Europe/Berlin', '2026-05-04T06:00:00Z')).toBe(20_000);
  expect(limitAt([], 'UTC', at('2026-05-04T06:00:00Z'))).toEqual(NO_LIMIT);
});

test('hours over midnight belong to the day on which they begin, also where clocks are changed in the night', () => {
  const nights = [rule('22:00', '06:00', 20_000, ['sun'])];
  const moments = ['29T21:59', '29T22:00', '30T05:59', '30T06:00', '30T22:30', '29T05:00'];
  // 29 March 2026 is a Sunday; Berlin leaves out an hour in the night before it.
  const found = moments.map((moment) => sourceAt(nights, 'UTC', `2026-03-${moment}:00Z`));
  expect(found).toEqual([null, 20_000, 20_000, null, null, null]);
  expect(sourceAt(nights, 'Europe/Berlin', '2026-03-29T03:30:00Z')).toBe(null);
  const saturdays = [rule('22:00', '06:00', 20_000, ['sat'])];
  expect(sourceAt(saturdays, 'Europe/Berlin', '2026-03-29T03:30:00Z')).toBe(20_000);
});

test('when it changes next is the next moment at which something else holds', () => {
  const week = [rule('08:00', '18:00', 20_000, ['mon', 'fri'])];
  const next = (text: string): string | null => {
    const found = nextChange(week, 'UTC', at(text));
    return found === null ? null : new Date(found).toISOString();
  };
  // 4 May 2026 is a Monday.
  expect(next('2026-05-04T07:00:00Z')).toBe('2026-05-04T08:00:00.000Z');
  expect(next('2026-05-04T08:00:00Z')).toBe('2026-05-04T18:00:00.000Z');
  expect(next('2026-05-04T18:00:00Z')).toBe('2026-05-08T08:00:00.000Z');
  expect(nextChange([rule('00:00', '00:00', 5)], 'UTC', at('2026-05-04T07:00:00Z'))).toBe(null);
  // Clocks are put forward in the night: 02:30 does not come.
  const early = [rule('02:30', '07:00', 20_000, ['sun'])];
  expect(nextChange(early, 'Europe/Berlin', at('2026-03-28T20:00:00Z'))).toBe(at('2026-03-29T01:30:00Z'));
  const many = Array.from({ length: 50 }, (_, n) => rule(`0${n % 10}:${10 + n}`, '23:59', 20_000));
  expect(nextChange([rule('00:00', '00:00', 20_000), ...many], 'Europe/Berlin', at('2026-03-28T20:00:00Z'))).toBe(null);
  const sundays = [rule('00:00', '00:00', 20_000, ['sun'])];
  expect(nextChange(sundays, 'UTC', at('2026-05-09T12:00:00Z'))).toBe(at('2026-05-10T00:00:00Z'));
});
