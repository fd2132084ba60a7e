import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MOST_COUNTED } from '../../../shared/contract/choices.ts';
import { calendarOf } from './calendar.ts';
import { dueAt, ON_TIME_MS } from './due.ts';

const MINUTE = 60_000;
const calendar = calendarOf('*/10 * * * *', 'UTC');
const midnight = Date.parse('2026-05-01T00:00:00Z');

test('whatever the clock does between two looks, every moment gets one decision', () => {
  const looks = fc.array(fc.integer({ min: -30 * MINUTE, max: 400 * MINUTE }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(looks, fc.boolean(), (steps, catchUp) => {
      let now = midnight;
      let seen = midnight;
      const decided: number[] = [];
      for (const step of steps) {
        now += step;
        const { start, missed } = dueAt(calendar, seen, now, catchUp);
        if (start === null && missed.length === 0) continue;
        decided.push(...missed.map((each) => each.dueAt), ...(start === null ? [] : [start.dueAt]));
        if (start !== null) expect(start.late).toBe(now - start.dueAt > ON_TIME_MS);
        if (start?.late) expect(catchUp).toBe(true);
        if (catchUp) expect(start).not.toBeNull();
        seen = now;
      }
      expect(decided).toEqual(calendar.between(midnight, seen, 10_000).moments);
    }),
  );
});

test('of a year of missed moments the last hundred are listed, and the others are counted as many', () => {
  const { start, missed } = dueAt(calendar, midnight, midnight + 365 * 24 * 60 * MINUTE + 5 * MINUTE, false);
  expect(start).toBeNull();
  expect(missed).toHaveLength(100);
  expect(missed[0]?.more).toBe(MOST_COUNTED);
  expect(missed.at(-1)?.dueAt).toBe(midnight + 365 * 24 * 60 * MINUTE);
  expect(missed.at(-2)?.dueAt).toBe(midnight + (365 * 24 * 60 - 10) * MINUTE);
  expect(missed.slice(1).every(({ more }) => more === 0)).toBe(true);
});
