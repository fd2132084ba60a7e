import { expect, test } from 'vitest';
import { overdueSince } from './overdue.ts';

const HOUR = 3_600_000;
const now = Date.parse('2026-05-10T12:00:00Z');
const facts = { goodAt: null, knownSince: now - 100 * HOUR, dueAt: null, overdueAfterMs: 24 * HOUR, now } as const;

test('without a schedule the age of the last good set counts, or of the object', () => {
  expect(overdueSince(facts)).toBe(now - 76 * HOUR);
  expect(overdueSince({ ...facts, goodAt: now - 23 * HOUR })).toBeNull();
  expect(overdueSince({ ...facts, goodAt: now - 25 * HOUR })).toBe(now - HOUR);
});

test('with one a run that brought no good set counts, an hour after it was due', () => {
  const dueAt = [now - 10 * HOUR, now - 34 * HOUR];
  expect(overdueSince({ ...facts, dueAt, goodAt: now - 9 * HOUR })).toBeNull();
  expect(overdueSince({ ...facts, dueAt, goodAt: now - 12 * HOUR })).toBe(now - 10 * HOUR);
  expect(overdueSince({ ...facts, dueAt: [now - HOUR / 2], goodAt: now - 30 * HOUR })).toBeNull();
  expect(overdueSince({ ...facts, dueAt: [], goodAt: null })).toBeNull();
});
