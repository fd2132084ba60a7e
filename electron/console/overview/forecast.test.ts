import { expect, onTestFinished, test } from 'vitest';
import type { StoredJob } from '../store/job-table.ts';
import { openStore } from '../store/store.ts';
import { forecast, growthBegin } from './forecast.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-05-20T12:00:00Z');
const GB = 1e9;

/** A set a day, the newest of now. */
const daily = (days: number, bytes: number) => Array.from({ length: days }, (_, at) => ({ at: NOW - at * DAY, bytes }));
const inDays = (found: ReturnType<typeof forecast>): number | null =>
  found === null || found.fullAt === null ? null : (Date.parse(found.fullAt) - NOW) / DAY;

test('a vault that grows is full when its room is used up at that pace, and not in sight where that takes ten years', () => {
  const month = { since: NOW - 30 * DAY, stored: daily(30, 2 * GB) };
  const found = forecast(month, 0, 100 * GB, NOW);
  expect([found?.bytesPerDay, found?.days, inDays(found)]).toEqual([2 * GB, 30, 50]);
  expect(inDays(forecast(month, 0, 0, NOW))).toBe(0);
  expect(forecast(month, 0, 1e6 * GB, NOW)).toMatchObject({ bytesPerDay: 2 * GB, fullAt: null });
  // Of a year the last two months count.
  const year = { since: NOW - 365 * DAY, stored: daily(60, 2 * GB) };
  expect(forecast(year, 0, 100 * GB, NOW)).toMatchObject({ bytesPerDay: 2 * GB, days: 60 });
});

test('what expires as fast as it comes fills no vault', () => {
  const week = { since: NOW - 7 * DAY, stored: daily(7, 10 * GB) };
  expect(forecast(week, 70 * GB, 20 * GB, NOW)).toMatchObject({ bytesPerDay: 0, fullAt: null });
  expect(forecast(week, 90 * GB, 20 * GB, NOW)).toMatchObject({ bytesPerDay: 0, fullAt: null });
  expect(inDays(forecast(week, 35 * GB, 20 * GB, NOW))).toBe(4);
});

test('a few sets, or days, are no rhythm', () => {
  expect(forecast({ since: null, stored: [] }, 0, GB, NOW)).toBeNull();
  expect(forecast({ since: NOW - 30 * DAY, stored: daily(2, GB) }, 0, GB, NOW)).toBeNull();
  expect(forecast({ since: NOW - 2 * DAY, stored: daily(9, GB) }, 0, GB, NOW)).toBeNull();
  expect(growthBegin({ since: null }, NOW)).toBeNull();
});

test('of what expired counts what had been there before, in that vault and that time', () => {
  const store = openStore(':memory:');
  onTestFinished(() => store.close());
  const from = NOW - 30 * DAY;
  const retained = (at: number, vault: string, ...sets: readonly (readonly [number, number])[]) => {
    const time = new Date(at).toISOString();
    const expired = sets.map(([made, bytesStored]) => ({ createdAt: new Date(made).toISOString(), bytesStored }));
    const times = { createdAt: time, startedAt: time, finishedAt: time };
    const none = { object: 'files', set: null, progress: null, error: null, resumedBy: null, input: {} };
    const id = String(store.jobs.list(100).length).repeat(32);
    store.jobs.put({
      ...none,
      ...times,
      id,
      kind: 'retention',
      state: 'done',
      vault,
      result: { expired },
    } as StoredJob);
  };
  expect(store.jobs.expiredBytes('/v', from, NOW)).toBe(0);
  retained(NOW - DAY, '/v', [from - DAY, 1], [from + DAY, 10], [from - 400 * DAY, 2]);
  retained(NOW - 2 * DAY, '/v', [from - 1, 4]);
  retained(NOW - 2 * DAY, '/v');
  retained(NOW - DAY, '/other', [from - DAY, 100]);
  retained(from - DAY, '/v', [from - 3 * DAY, 1000]);
  expect(store.jobs.expiredBytes('/v', from, NOW)).toBe(7);
});
