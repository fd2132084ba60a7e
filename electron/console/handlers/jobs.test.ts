import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { attach } from '../attach.ts';
import { ConsoleScene } from '../testing/console-scene.ts';
import { fakeUseCases } from '../testing/fake-use-cases.ts';
import { noise } from '../testing/vault-scene.ts';

const MIB = 1 << 20;

test('a backup that was cut off is taken up once, and its set names the tapes of both', async () => {
  const scene = new ConsoleScene();
  for (let file = 0; file < 24; file += 1) scene.write(`f${file}`, noise(2 * MIB, file));
  await scene.protect({ drives: 1, tapeSize: 32 * MIB, slots: 1 });
  await expect(scene.call('backup', { object: 'files' })).rejects.toMatchObject({ code: 'OUT_OF_TAPES' });
  const [first] = (await scene.call('job.list', {})).jobs;
  if (first === undefined) throw new Error('there is no job');
  await scene.call('tape.label', { vault: scene.vault, barcodes: ['NW0002L8', 'NW0003L8'] });
  const before = (await scene.call('sets', {})).sets[0];
  expect(before).toMatchObject({ state: 'interrupted' });
  expect(before?.bytesStored).toBeGreaterThan(20 * MIB);
  const { job } = await scene.call('job.resume', { job: first.id });
  expect(job.state).toBe('done');
  const set = (await scene.call('sets', {})).sets.find(({ id }) => id === job.set);
  expect(set?.tapes).toEqual(expect.arrayContaining([...(before?.tapes ?? ['none'])]));
  await expect(scene.call('job.resume', { job: first.id })).rejects.toMatchObject({ code: 'JOB_STATE' });
  expect((await scene.call('job.list', {})).jobs.filter(({ kind }) => kind === 'backup')).toHaveLength(2);
});

test('a job that is paused while the machine sleeps stays so once it woke up', async () => {
  const home = fs.mkdtempSync(path.join(tmpdir(), 'coldframe-home-'));
  onTestFinished(() => fs.rmSync(home, { recursive: true, force: true }));
  const end = Promise.withResolvers<void>();
  const console = await attach(home, {
    command: 'test',
    useCases: async () => fakeUseCases(() => end.promise),
  });
  const states = async () => (await console.call('job.list', {})).jobs.map(({ state }) => state);
  await console.call('vault.create', { dir: '/nowhere/vault' });
  await console.call('object.add', { name: 'files', vault: '/nowhere/vault', files: [{ path: '/etc' }] });
  const backup = console.call('backup', { object: 'files' });
  await expect.poll(states).toEqual(['running']);
  const [job] = (await console.call('job.list', {})).jobs;
  console.own?.power.suspend();
  await console.own?.power.resume();
  expect(await states()).toEqual(['running']);
  console.own?.power.suspend();
  await console.call('job.pause', { job: job?.id ?? '' });
  await console.own?.power.resume();
  expect(await states()).toEqual(['paused']);
  await console.call('job.resume', { job: job?.id ?? '' });
  end.resolve();
  await backup;
  await console.close();
});

test('a restore that would be refused says so when it is only looked at', async () => {
  const scene = new ConsoleScene();
  scene.write('file', 'content');
  await scene.protect();
  await scene.call('backup', { object: 'files' });
  const to = path.join(scene.root, 'to');
  await scene.call('restore', { set: 'files@latest', to: { path: to } });
  const looked = await scene.call('restore', { set: 'files@latest', to: { path: to }, dryRun: true });
  expect(looked).toMatchObject({ restored: 0, conflictCount: 1, warnings: [{ code: 'DESTINATION_TAKEN' }] });
  const skipping = { set: 'files@latest', to: { path: to }, onConflict: 'skip' as const, dryRun: true };
  expect((await scene.call('restore', skipping)).warnings).toEqual([]);
  // What was only looked at did not happen.
  const restores = async () => (await scene.call('job.list', {})).jobs.filter(({ kind }) => kind === 'restore');
  expect(await restores()).toMatchObject([{ to }]);
  expect((await scene.call('history.list', { kinds: ['restore'] })).total).toBe(1);
  // The folders are left alone, so they do not count as restored.
  fs.writeFileSync(scene.write('more', 'x'), 'y');
  await scene.call('backup', { object: 'files' });
  const skipped = { ...skipping, dryRun: false };
  const { restored, skipped: left, wanted } = await scene.call('restore', skipped);
  expect({ restored, left, wanted }).toEqual({ restored: 1, left: 2, wanted: 1 });
  const again = await scene.call('restore', skipped);
  expect([again.restored, again.skipped, again.wanted]).toEqual([0, 3, 0]);
  expect(await scene.call('restore', { ...skipped, dryRun: true })).toMatchObject({ restored: 0, skipped: 3 });
  fs.rmSync(to, { recursive: true });
});
