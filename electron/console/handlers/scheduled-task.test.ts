import { expect, test } from 'vitest';
import type { JobState } from '../../../shared/contract/jobs.ts';
import type { StoredJob } from '../store/job-table.ts';
import { doneFor } from './scheduled-task.ts';

test('what was begun is done once the last that went on with it ended well, and not before', () => {
  const ending = (...states: readonly JobState[]) => {
    const jobs = states.map((state, at) => ({
      id: String(at),
      state,
      resumedBy: at + 1 < states.length ? String(at + 1) : null,
    }));
    return doneFor({ find: (id) => jobs[Number(id)] as StoredJob }, '0');
  };
  expect(ending('interrupted')).toBe(null);
  expect(ending('interrupted', 'done')).toEqual({ job: '1', outcome: 'done' });
  expect(ending('interrupted', 'failed', 'done-with-warnings')).toEqual({ job: '2', outcome: 'warned' });
  for (const state of ['running', 'queued', 'failed', 'cancelled', 'interrupted'] as const)
    expect(ending('interrupted', 'interrupted', state)).toBe(null);
});
