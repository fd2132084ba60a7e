import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { JobState } from '../../../shared/contract/jobs.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { WAITS } from '../schedules/admission.ts';
import type { StoredJob } from '../store/job-table.ts';
import { ConsoleScene } from '../testing/console-scene.ts';
import { engineUseCases } from '../wiring.ts';
import { begunBy, doneFor } from './scheduled-task.ts';

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

test('what a backup had begun is gone on with, also by way of one that was ended before its turn came, and once', () => {
  const begun = (job: Partial<StoredJob>) => {
    const all = { id: 'a', kind: 'backup', state: 'interrupted', set: null, resumedBy: null, input: {}, ...job };
    return begunBy({ find: () => all as StoredJob }, 'a');
  };
  expect(begun({ set: 's' })).toBe('s');
  expect(begun({ input: { object: 'files', resume: 'before' } })).toBe('before');
  expect(begun({ set: 's', input: { object: 'files', resume: 'before' } })).toBe('s');
  expect(begun({})).toBe(null);
  for (const job of [{ kind: 'merge' }, { state: 'failed' }, { resumedBy: 'b' }] as const)
    expect(begun({ set: 's', ...job })).toBe(null);
});

test('a verification that its window pauses gives its vault to a backup that waits for it', async () => {
  onTestFinished(() => void vi.useRealTimers());
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2027-01-01T01:30:00Z') });
  const scene = new ConsoleScene(onTestFinished, {
    ...engineUseCases,
    runVerify: async (_, __, job) =>
      await new Promise((_done, fail) => {
        const end = () => fail(job.signal.reason as Error);
        // On a busy machine it is put off before it gets here.
        if (job.signal.aborted) end();
        job.signal.addEventListener('abort', end, { once: true });
      }),
  });
  scene.write('a.txt', 'content');
  await scene.protect();
  await scene.call('backup', { object: 'files' });
  const window = { from: '02:00', to: '03:00', atEnd: 'pause' } as const;
  const added = { object: 'files', task: 'verify', cron: '0 2 * * *', zone: 'UTC', terms: { window } } as const;
  const { schedule } = await scene.call('schedule.add', added);
  const verification = async () => (await scene.call('job.list', { kinds: ['verify'] })).jobs[0]?.state;
  const at = (time: string) => {
    vi.setSystemTime(new Date(`2027-01-01T${time}Z`));
    scene.console.keepSchedules(true);
  };
  at('02:00:10');
  await expect.poll(verification, { timeout: 20_000 }).toBe('running');
  at('03:00:10');
  expect(await verification()).toBe('paused');
  const backup = scene.call('backup', { object: 'files' });
  await expect
    .poll(async () => (await scene.call('job.list', { kinds: ['backup'] })).jobs[0]?.state, { timeout: 20_000 })
    .toBe('queued');
  at('03:00:40');
  expect((await backup).set.state).toBe('complete');
  expect(await verification()).toBe('interrupted');
  const { runs } = await scene.call('schedule.runs', { schedule: schedule.id });
  expect(runs).toMatchObject([{ outcome: 'paused', reason: WAITS.anew, notBefore: '2027-01-02T02:00:00.000Z' }]);
  scene.console.keepSchedules(false);
});

test('what is changed, or removed, while a vault is opened with the file of a schedule is not put back', async () => {
  const scene = new ConsoleScene();
  const file = path.join(scene.root, 'passphrase');
  fs.writeFileSync(file, 'correct horse', { mode: 0o600 });
  const secrets = { passphrase: 'correct horse' };
  await scene.call('vault.create', { dir: scene.vault, tapeSize: 64 << 20 }, { secrets });
  for (const name of ['files', 'other'])
    await scene.call('object.add', { name, vault: scene.vault, files: [{ path: scene.source }] });
  const asked = { object: 'files', cron: '0 1 * * *', zone: 'UTC', passphraseFile: file };
  const { schedule } = await scene.call('schedule.add', asked);
  const slow = scene.call('schedule.update', { schedule: schedule.id, level: 'full', passphraseFile: file });
  await scene.call('schedule.update', { schedule: schedule.id, cron: '0 2 * * *', terms: { retries: 9 } });
  const { schedule: both } = await slow;
  expect(both).toMatchObject({ level: 'full', cron: '0 2 * * *', terms: { retries: 9 } });
  const added = scene.call('schedule.add', { ...asked, object: 'other' });
  await scene.call('object.remove', { object: 'other' });
  await expect(added).rejects.toMatchObject({ code: 'NO_SUCH_OBJECT' });
});
