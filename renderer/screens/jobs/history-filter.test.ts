import { expect, test } from 'vitest';
import type { HistoryEntry } from '../../../shared/contract/history.ts';
import type { JobRecord } from '../../../shared/contract/jobs.ts';
import { EVERYTHING, filterOf, fits, linesOf } from './history-filter.ts';

const job = (id: string, more: Partial<JobRecord> = {}): JobRecord => ({
  id,
  kind: 'backup',
  state: 'done',
  object: 'docs',
  vault: '/v',
  set: null,
  createdAt: '2026-11-10T12:00:00.000Z',
  startedAt: null,
  finishedAt: '2026-11-10T12:01:00.000Z',
  progress: null,
  error: null,
  result: null,
  resumedBy: null,
  ...more,
});

const entry = (id: string, createdAt: string): HistoryEntry => ({
  job: id,
  kind: 'backup',
  outcome: 'done',
  object: 'docs',
  vault: '/v',
  set: null,
  createdAt,
  startedAt: null,
  finishedAt: null,
  durationMs: null,
  elements: 1,
  logicalBytes: 4,
  bytesRead: 2,
  bytesStored: 3,
  warnings: 0,
  foundDamage: false,
  error: null,
  resumedBy: null,
});

test('dates are whole days of the viewer, and what is no date asks for nothing', () => {
  const { from, until } = filterOf({ ...EVERYTHING, from: '2026-11-01', until: '2026-11-01' });
  expect(new Date(from ?? '').getTime()).toBe(new Date(2026, 10, 1).getTime());
  expect(new Date(until ?? '').getTime()).toBe(new Date(2026, 10, 2).getTime() - 1);
  expect(filterOf({ ...EVERYTHING, from: '0000-99-99' })).toEqual({});
});

test('a job fits as the console would list it', () => {
  const filter = filterOf({ ...EVERYTHING, shown: 'trouble', object: 'docs' });
  expect(fits(filter, job('a', { state: 'failed' }))).toBe(true);
  expect(fits(filter, job('a'))).toBe(false);
  expect(fits(filter, job('a', { state: 'failed', object: null }))).toBe(false);
  expect(fits({ from: '2026-11-10T12:00:00.001Z' }, job('a'))).toBe(false);
  expect(fits({ until: '2026-11-10T12:00:00.000Z' }, job('a'))).toBe(true);
});

test('a verification that found damage is in trouble and is not done', () => {
  const result = { damaged: [{ tape: 'CF0001', wholeOn: [] }], missingTapes: [] };
  const found = job('a', { kind: 'verify', state: 'done-with-warnings', result });
  const shownAs = (['all', 'active', 'trouble', 'damage', 'done'] as const).filter((shown) =>
    fits(filterOf({ ...EVERYTHING, shown }), found),
  );
  expect(shownAs).toEqual(['all', 'trouble', 'damage']);
  expect(fits(filterOf({ ...EVERYTHING, shown: 'damage' }), job('b'))).toBe(false);
  expect(linesOf([], [{ ...found, finishedAt: null }], {})).toMatchObject([{ foundDamage: true }]);
});

test('what began since the answer stands before it, what no longer fits is gone, and nothing older is taken for a part of it', () => {
  const entries = [entry('b', '2026-11-09T00:00:00.000Z'), entry('a', '2026-11-08T00:00:00.000Z')];
  const live = [
    job('c', { state: 'running', finishedAt: null }),
    job('a', { state: 'failed', createdAt: '2026-11-08T00:00:00.000Z' }),
    job('0', { createdAt: '2026-11-01T00:00:00.000Z' }),
  ];
  expect(linesOf(entries, live, { outcomes: ['done', 'running'] }).map(({ id }) => id)).toEqual(['c', 'b']);
});
