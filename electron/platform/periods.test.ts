import { expect, test } from 'vitest';
import { periodsIn } from './periods.ts';

test('weeks belong to the year of their Thursday and begin on Monday', () => {
  const weekOf = (date: string): string => periodsIn('UTC')(Date.parse(`${date}T12:00:00Z`)).weekly;
  expect(['2026-01-01', '2027-01-01', '2027-01-03', '2027-01-04'].map(weekOf)).toEqual([
    '2026-W01',
    '2026-W53',
    '2026-W53',
    '2027-W01',
  ]);
  expect(['2024-12-29', '2024-12-30', '2026-11-22', '2026-11-23'].map(weekOf)).toEqual([
    '2024-W52',
    '2025-W01',
    '2026-W47',
    '2026-W48',
  ]);
});

test('a day is one of 23 to 25 hours where clocks are put forward and back', () => {
  const dayOf = (time: string): string => periodsIn('Europe/Berlin')(Date.parse(time)).daily;
  expect(dayOf('2026-03-28T23:30:00Z')).toBe('2026-03-29');
  expect(dayOf('2026-03-29T21:59:59Z')).toBe('2026-03-29');
  expect(dayOf('2026-03-29T22:00:00Z')).toBe('2026-03-30');
  expect(dayOf('2026-10-24T22:00:00Z')).toBe('2026-10-25');
  expect(dayOf('2026-10-25T22:59:59Z')).toBe('2026-10-25');
});
