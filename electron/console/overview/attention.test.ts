import { expect, test } from 'vitest';
import type { ObjectOverview } from '../../../shared/contract/overview.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import type { Overdue } from '../schedules/overdue.ts';
import { objectAttention } from './attention.ts';
import { type ObjectFacts, objectState } from './object-state.ts';

const warned = {
  name: 'files',
  vault: { dir: '/vault' },
  state: 'warnings',
  reason: { code: 'SET_WARNED', job: null, error: null, overdueAfterMs: 1000 },
  overdueSince: null,
  lastGood: { id: 'a'.repeat(32), ageMs: 0 },
  running: null,
} as unknown as ObjectOverview;

const contextOf = (...warnings: readonly Warning[]) =>
  objectAttention(warned, { incompleteSets: 0, missingRoots: [], warnings, overdueBy: null }).map(
    ({ code, context }) => [code, context],
  );

test('what the last backup warned of is told apart, so that nothing is called unreadable that is not mounted', () => {
  const unmounted = { code: 'NOT_MOUNTED', path: '/media/disk', message: 'nothing is mounted there now' };
  const unread = { code: 'UNREADABLE', path: '/home/a', message: 'EIO' };
  const { path, message } = unmounted;
  const set = 'a'.repeat(32);
  expect(contextOf(unmounted)).toEqual([['LAST_WARNED', { set, warnings: 1, warning: 'NOT_MOUNTED', path, message }]]);
  expect(contextOf(unmounted, unread)).toMatchObject([['LAST_WARNED', { warnings: 2, warning: null }]]);
});

test('a first backup that somebody cancelled is offered to be taken up, one that failed to be run again', () => {
  const never = (reason: object) =>
    objectAttention({ ...warned, state: 'never', lastGood: null, reason: { code: 'NO_SET', ...reason } } as never, {
      incompleteSets: 0,
      missingRoots: [],
      warnings: [],
      overdueBy: null,
    }).map(({ code, action }) => [code, action?.procedure]);
  expect(never({ job: 'j', error: null })).toEqual([['NEVER_BACKED_UP', 'job.resume']]);
  expect(never({ job: null, error: null })).toEqual([['NEVER_BACKED_UP', 'backup']]);
  expect(never({ job: 'j', error: 'TAPE_FULL' })).toEqual([
    ['LAST_FAILED', 'backup'],
    ['NEVER_BACKED_UP', 'backup'],
  ]);
});

test('a backup that was paused and forgotten, or never ends, is no reason to say nothing of those that are missing', () => {
  const now = Date.parse('2026-05-10T12:00:00Z');
  const stateAt = (job: 'paused' | 'running', hours: number, overdue: Overdue | null) =>
    objectState({
      good: { createdAt: 0, finishedAt: 0, warnings: [] },
      running: { id: 'j', state: job, error: null, createdAt: new Date(now - hours * 3_600_000).toISOString() },
      ended: null,
      overdue,
      wrong: null,
      unreadable: null,
      now,
    } as unknown as ObjectFacts).state;
  const missing = { since: 0, by: 'schedule' } as const;
  expect([stateAt('paused', 23, missing), stateAt('paused', 25, missing)]).toEqual(['running', 'overdue']);
  expect([stateAt('running', 71, missing), stateAt('running', 73, missing)]).toEqual(['running', 'overdue']);
  expect(stateAt('paused', 1000, null)).toBe('running');
  const stands = { ...warned, state: 'overdue', overdueSince: '2026-05-09T02:00:00Z', running: { job: 'j' } };
  const told = objectAttention(stands as never, {
    incompleteSets: 0,
    missingRoots: [],
    warnings: [],
    overdueBy: 'schedule',
  });
  expect(told).toMatchObject([{ code: 'OVERDUE', action: null }]);
});
