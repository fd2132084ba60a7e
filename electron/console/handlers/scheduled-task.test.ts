import { expect, onTestFinished, test } from 'vitest';
import type { JobState } from '../../../shared/contract/jobs.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { StoredJob } from '../store/job-table.ts';
import { ConsoleScene } from '../testing/console-scene.ts';
import { engineUseCases } from '../wiring.ts';
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

test('a synthetic full that is not put together after its backup is told, and its run is that of the job which was to do it', async () => {
  let fails: Error | null = null;
  const useCases: typeof engineUseCases = {
    ...engineUseCases,
    runMerge: async (...given) => {
      if (fails !== null) throw fails;
      return await engineUseCases.runMerge(...given);
    },
  };
  const scene = new ConsoleScene(onTestFinished, useCases);
  scene.write('a.txt', 'content');
  await scene.protect();
  await scene.call('backup', { object: 'files' });
  const rules = (['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const).map(
    (on) => ({ on, level: 'synthetic' }) as const,
  );
  const added = { object: 'files', cron: '0 3 1 1 *', zone: 'UTC', catchUp: true, terms: { rules } };
  const { schedule } = await scene.call('schedule.add', added);
  fails = new ColdframeError('CHUNK_LOST', { message: 'No chunk.', guidance: 'Look.' });
  await expect(scene.call('schedule.run', { schedule: schedule.id })).rejects.toThrow('No chunk.');
  const { runs } = await scene.call('schedule.runs', { schedule: schedule.id });
  const { jobs } = await scene.call('job.list', {});
  expect(jobs.map(({ kind, state }) => [kind, state])).toEqual([
    ['merge', 'failed'],
    ['backup', 'done'],
    ['backup', 'done'],
  ]);
  expect(runs).toMatchObject([{ outcome: 'failed', level: 'synthetic', job: jobs[0]?.id }]);
  const { attention } = await scene.call('overview', {});
  expect(attention).toMatchObject([
    {
      code: 'RUN_FAILED',
      context: { unmerged: true, reason: 'CHUNK_LOST: No chunk.' },
      action: { procedure: 'merge' },
    },
  ]);
  fails = null;
  const again = await scene.call('schedule.run', { schedule: schedule.id });
  expect(again.run).toMatchObject({ outcome: 'done' });
  expect((await scene.call('overview', {})).attention).toEqual([]);
});
