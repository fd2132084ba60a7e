import { expect, test } from 'vitest';
import type { HistoryEntry } from '../../shared/contract/history.ts';
import { formatter } from '../words/format.ts';
import { axisMoments } from './axis-moments.ts';
import { timeRange, trendOf } from './trend.ts';

const entry = (createdAt: string, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  job: 'a',
  kind: 'backup',
  outcome: 'done',
  object: 'docs',
  vault: '/v',
  set: null,
  createdAt,
  startedAt: null,
  finishedAt: null,
  durationMs: 5,
  elements: 1,
  logicalBytes: 10,
  bytesRead: 2,
  bytesStored: 3,
  warnings: 0,
  error: null,
  resumedBy: null,
  ...more,
});

test('a trend has the backups that came to a whole set, oldest first', () => {
  const trend = trendOf([
    entry('2026-11-03T00:00:00.000Z', { logicalBytes: null, outcome: 'done-with-warnings' }),
    entry('2026-11-02T00:00:00.000Z', { outcome: 'failed' }),
    entry('2026-11-02T00:00:00.000Z', { kind: 'verify' }),
    entry('2026-11-01T00:00:00.000Z'),
  ]);
  expect(trend).toEqual({
    at: [Date.UTC(2026, 10, 1) / 1000, Date.UTC(2026, 10, 3) / 1000],
    logicalBytes: [10, null],
    bytesRead: [2, 2],
    bytesStored: [3, 3],
    durationMs: [5, 5],
  });
});

test('a single backup has room on both sides, and many have a little', () => {
  expect(timeRange([100_000])).toEqual([100_000 - 21_600, 100_000 + 21_600]);
  expect(timeRange([100_000, 100_060])).toEqual([100_000 - 300, 100_060 + 300]);
  const [from, until] = timeRange([0, 100 * 86_400]);
  expect([from, until]).toEqual([-172_800, 100 * 86_400 + 172_800]);
});

test('an axis of less than a day says of which day it is, once for each', () => {
  const format = formatter('en-GB');
  const at = (day: number, hour: number) => new Date(2026, 10, day, hour).getTime() / 1000;
  expect(axisMoments([at(28, 9), at(28, 12), at(28, 15)], format)).toEqual(['09:00\n28 Nov', '12:00', '15:00']);
  expect(axisMoments([at(28, 18), at(29, 0), at(29, 6)], format)).toEqual(['18:00\n28 Nov', '29 Nov', '06:00']);
  expect(axisMoments([at(28, 23), at(29, 1)], format)).toEqual(['23:00\n28 Nov', '01:00\n29 Nov']);
  expect(axisMoments([at(28, 0), at(29, 0)], format)).toEqual(['28 Nov', '29 Nov']);
});
