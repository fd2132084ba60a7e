import { expect, test, vi } from 'vitest';
import type { startJob } from '../../stores/start-job.ts';
import { runBackup, runningOf, useStarted } from './run-backup.ts';

const job = (state: string) => ({ id: 'a', state }) as never;

test('a backup is under way from the press until its job has ended, whatever the overview knows yet', () => {
  expect(runningOf(null, undefined, {})).toBeNull();
  expect(runningOf(null, null, {})).toBeNull();
  expect(runningOf(null, 'a', {})).toBe('a');
  expect(runningOf(null, 'a', { a: job('queued') })).toBe('a');
  expect(runningOf('b', 'a', { a: job('running') })).toBe('b');
  expect(runningOf(null, 'a', { a: job('done') })).toBeNull();
});

test('two presses start one backup, and one that was refused can be tried again', async () => {
  const queued = Promise.withResolvers<string>();
  const start = vi.fn(() => queued.promise) as unknown as typeof startJob;
  const first = runBackup('Plans', start);
  expect(await runBackup('Plans', start)).toBeNull();
  queued.resolve('a');
  expect(await first).toBe('a');
  expect(start).toHaveBeenCalledTimes(1);
  expect(useStarted.getState().started).toEqual({ Plans: 'a' });
  expect(await runBackup('Plans', () => Promise.reject(new Error('no drive')))).toBeNull();
  expect(useStarted.getState().started.Plans).toBeUndefined();
});
