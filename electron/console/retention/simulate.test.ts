import { expect, test } from 'vitest';
import { NO_RULES } from '../../../shared/model/retention.ts';
import type { PlannedRun } from '../schedules/planned-runs.ts';
import type { SetToJudge } from './plan.ts';
import { fullEveryOf, simulateRetention, supposedRuns } from './simulate.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 20, 12);
const supposed = { now: NOW, until: NOW + 60 * DAY, everyMs: DAY, fullEvery: 7 };
const there: SetToJudge[] = [0, 1].map((n) => ({
  id: `there ${n}`,
  state: 'complete',
  parent: n === 0 ? null : 'there 0',
  createdAt: NOW - (2 - n) * DAY,
  datedAt: NOW - (2 - n) * DAY,
  good: true,
  unusual: false,
  donors: [],
  hold: null,
  until: null,
  used: null,
}));

const daily = (levels: readonly PlannedRun['level'][], synthetic: readonly number[] = []): PlannedRun[] =>
  levels.map((level, at) => ({ at: NOW + (at + 1) * DAY, level, synthetic: synthetic.includes(at) }));

test('shows how many sets are there when, and when those of today go', async () => {
  const { steps, goes } = await simulateRetention(there, { ...NO_RULES, daily: 5 }, supposedRuns(supposed), 'UTC');
  expect(steps).toHaveLength(60);
  // The sets on the first full one go when the fifth day behind the next full one has come.
  expect([...goes]).toEqual([
    ['there 0', NOW + 11 * DAY],
    ['there 1', NOW + 11 * DAY],
  ]);
  expect(Math.max(...steps.map(({ keeps }) => keeps))).toBe(12);
  expect(steps.reduce((sum, { expires }) => sum + expires, 0)).toBe(60 + 2 - (steps.at(-1)?.keeps ?? 0));
});

test('lets sets go at moments of their own where the rules are not applied after each backup', async () => {
  const runs = daily(['full', 'full', 'full', 'full']);
  const coming = [...runs.slice(0, 3), { at: NOW + 3.5 * DAY, retention: true as const }, ...runs.slice(3)];
  const rules = { ...NO_RULES, keepLast: 1 };
  const { steps, goes } = await simulateRetention(there, rules, coming, 'UTC', { afterEach: false });
  expect(steps.map(({ keeps, expires }) => [keeps, expires])).toEqual([
    [3, 0],
    [4, 0],
    [5, 0],
    [1, 4],
    [2, 0],
  ]);
  expect([...goes.values()]).toEqual([NOW + 3.5 * DAY, NOW + 3.5 * DAY]);
  const both = await simulateRetention(there, rules, coming, 'UTC');
  expect(both.steps.map(({ keeps }) => keeps)).toEqual([1, 1, 1, 1, 1]);
});

test('shows that a chain without another full set never gets shorter', async () => {
  const runs = supposedRuns({ ...supposed, fullEvery: 0 });
  const { steps, goes, whole } = await simulateRetention(there, { ...NO_RULES, keepLast: 1 }, runs, 'UTC');
  expect(steps.at(-1)).toEqual({ at: NOW + 60 * DAY, keeps: 62, expires: 0 });
  expect([...goes.values()]).toEqual([null, null]);
  expect(whole).toBe(true);
});

test('builds differentials on the last full set, so that those between go at once', async () => {
  const runs = daily(['differential', 'differential', 'differential', 'full', 'differential']);
  const { steps } = await simulateRetention(there, { ...NO_RULES, keepLast: 1 }, runs, 'UTC');
  expect(steps.map(({ keeps, expires }) => [keeps, expires])).toEqual([
    [2, 1],
    [2, 1],
    [2, 1],
    [1, 2],
    [2, 0],
  ]);
});

test('puts a synthetic full together after the rules were applied, and lets go of what it was made of at the next backup', async () => {
  const runs = daily(['auto', 'auto', 'auto'], [1]);
  const { steps, goes } = await simulateRetention(there, { ...NO_RULES, keepLast: 1 }, runs, 'UTC');
  expect(steps.map(({ keeps, expires }) => [keeps, expires])).toEqual([
    [3, 0],
    [5, 0],
    [2, 4],
  ]);
  expect(goes.get('there 0')).toBe(NOW + 3 * DAY);
});

test('ends, and says so, where there is more to look at than can be waited for', async () => {
  const runs = supposedRuns({ ...supposed, everyMs: DAY / 24, until: NOW + 3660 * DAY, fullEvery: 0 });
  const rules = { ...NO_RULES, keepLast: 1 };
  const { steps, whole } = await simulateRetention(there, rules, runs, 'UTC', {
    most: { steps: 4000, sets: 5000, moments: 20_000 },
  });
  expect(whole).toBe(false);
  expect(steps).toHaveLength(98);
});

/** Moments at which nothing begins, each of which takes a millisecond to find. */
function* nothing(moments: number): Generator<null> {
  for (let left = moments; left > 0; left -= 1) {
    const end = performance.now() + 1;
    while (performance.now() < end);
    yield null;
  }
}

test('lets others have turns while it looks for backups, and ends at a bound of moments', async () => {
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  const most = { steps: 1, sets: 1, moments: 60 };
  const { steps, whole } = await simulateRetention(there, NO_RULES, nothing(1000), 'UTC', { most });
  clearInterval(timer);
  expect([steps, whole]).toEqual([[], false]);
  expect(turns).toBeGreaterThanOrEqual(4);
});

test('stops when nobody waits for it any more', async () => {
  const left = new AbortController();
  setImmediate(() => left.abort(new Error('gone')));
  await expect(simulateRetention(there, NO_RULES, nothing(1000), 'UTC', { signal: left.signal })).rejects.toThrow(
    'gone',
  );
});

test('takes the distance of the last two full sets for the rhythm', () => {
  expect(fullEveryOf([])).toBe(0);
  expect(fullEveryOf(['full', 'incremental'])).toBe(0);
  expect(fullEveryOf(['full', 'incremental', 'incremental', 'synthetic', 'incremental'])).toBe(3);
});
