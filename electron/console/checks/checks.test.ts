import { expect, test } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { numbersFrom } from '../../engine/restore/restore-test/random-numbers.ts';
import type { StoredCheck } from '../store/check-table.ts';
import { chooseSet } from './choose-set.ts';
import { standingOf } from './standing.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-05-20T12:00:00Z');

const check = (part: Partial<StoredCheck> = {}): StoredCheck => ({
  number: 1,
  job: 'a'.repeat(32),
  kind: 'restore-test',
  object: 'o',
  vault: 'v',
  at: NOW - 2 * DAY,
  outcome: 'right',
  set: 's1',
  elements: 25,
  bytes: 1000,
  failures: 0,
  detail: {
    failed: [],
    error: null,
    population: 100,
    tooLong: 0,
    sourceSame: 1,
    sourceChanged: 0,
    sets: null,
    objects: null,
    kinds: null,
    tapesAway: [],
  },
  ...part,
});

const weekly = { cron: '0 3 * * MON', zone: 'UTC', createdAt: NOW - 60 * DAY };
const standing = (part: Partial<Parameters<typeof standingOf>[0]>) =>
  standingOf({ last: check(), found: check(), open: null, schedules: [], now: NOW, ...part });

test('a check is overdue once a time of its schedule passed without a finding, whether or not anybody wrote that down', () => {
  expect(standing({ schedules: [weekly] }).overdueSince).toBeNull();
  // Monday of that week is the 18th.
  const older = check({ at: NOW - 3 * DAY });
  expect(standing({ found: older, schedules: [weekly] }).overdueSince).toBe('2026-05-18T03:00:00.000Z');
  expect(standing({ found: null, last: null, schedules: [weekly] }).overdueSince).toBe('2026-03-23T03:00:00.000Z');
  expect(standing({ found: null, schedules: [{ ...weekly, createdAt: NOW - HOUR }] }).overdueSince).toBeNull();
  // One that a wrong clock dated ahead says nothing of when it was.
  const ahead = check({ at: NOW + 3650 * DAY });
  expect(standing({ found: ahead, schedules: [weekly] }).overdueSince).toBe('2026-03-23T03:00:00.000Z');
  expect(standing({ found: ahead }).overdueSince).not.toBeNull();
  const justDue = { cron: '30 11 20 * *', zone: 'UTC', createdAt: 0 };
  expect(standing({ schedules: [justDue] }).overdueSince).toBeNull();
});

test('without a schedule what was right a month ago says nothing of today, and nothing is missing that never was asked for', () => {
  expect(standing({}).overdueSince).toBeNull();
  expect(standing({ found: check({ at: NOW - 31 * DAY }) }).overdueSince).not.toBeNull();
  expect(standing({ last: null, found: null })).toEqual({ last: null, overdueSince: null, scheduled: false });
});

test('what was found wrong is shown before anything newer', () => {
  const wrong = check({ outcome: 'wrong', failures: 2, at: NOW - 9 * DAY });
  expect(standing({ open: wrong }).last).toMatchObject({ outcome: 'wrong', failures: 2, ageMs: 9 * DAY });
});

test('a restore test takes the newest set as a rule, now and then another, and often one that was wrong', () => {
  const sets = ['s3', 's2', 's1'].map((id) => ({ id }) as unknown as BlockSetSummary);
  const wrong = [check({ outcome: 'wrong' })];
  const counts = new Map<string, number>();
  const random = numbersFrom(1);
  for (let each = 0; each < 1000; each += 1) {
    const choice = chooseSet(sets, [], random);
    counts.set(String(choice?.set.id), (counts.get(String(choice?.set.id)) ?? 0) + 1);
  }
  expect(counts.get('s3')).toBeGreaterThan(700);
  expect(Math.min(counts.get('s2') ?? 0, counts.get('s1') ?? 0)).toBeGreaterThan(50);
  expect(chooseSet(sets, wrong, () => 0.1)).toEqual({ set: sets[2], again: wrong[0] });
  expect(chooseSet(sets, wrong, () => 0.9)).toEqual({ set: sets[0], again: null });
  expect(chooseSet([], wrong, random)).toBeNull();
});
