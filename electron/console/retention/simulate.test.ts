import { expect, test } from 'vitest';
import { NO_RULES } from '../../../shared/model/retention.ts';
import type { SetToJudge } from './plan.ts';
import { fullEveryOf, simulateRetention } from './simulate.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 20, 12);
const supposed = { zone: 'UTC', now: NOW, until: NOW + 60 * DAY, everyMs: DAY, fullEvery: 7 };
const there: SetToJudge[] = [0, 1].map((n) => ({
  id: `there ${n}`,
  state: 'complete',
  parent: n === 0 ? null : 'there 0',
  createdAt: NOW - (2 - n) * DAY,
  datedAt: NOW - (2 - n) * DAY,
  good: true,
  donors: [],
  hold: null,
  until: null,
  used: null,
}));

test('shows how many sets are there when, and when those of today go', async () => {
  const { steps, goes } = await simulateRetention(there, { ...NO_RULES, daily: 5 }, supposed);
  expect(steps).toHaveLength(60);
  // The sets on the first full one go when the fifth day behind the next full one has come.
  expect([...goes]).toEqual([
    ['there 0', NOW + 11 * DAY],
    ['there 1', NOW + 11 * DAY],
  ]);
  expect(Math.max(...steps.map(({ keeps }) => keeps))).toBe(12);
  expect(steps.reduce((sum, { expires }) => sum + expires, 0)).toBe(60 + 2 - (steps.at(-1)?.keeps ?? 0));
});

test('shows that a chain without another full set never gets shorter', async () => {
  const { steps, goes } = await simulateRetention(there, { ...NO_RULES, keepLast: 1 }, { ...supposed, fullEvery: 0 });
  expect(steps.at(-1)).toEqual({ at: NOW + 60 * DAY, keeps: 62, expires: 0 });
  expect([...goes.values()]).toEqual([null, null]);
});

test('takes the distance of the last two full sets for the rhythm', () => {
  expect(fullEveryOf([])).toBe(0);
  expect(fullEveryOf(['full', 'incremental'])).toBe(0);
  expect(fullEveryOf(['full', 'incremental', 'incremental', 'synthetic', 'incremental'])).toBe(3);
});
