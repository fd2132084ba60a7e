import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ConsoleScene } from '../testing/console-scene.ts';

test('sets expire by themselves after a backup, and none while something is unusual at which nobody has looked', async () => {
  const scene = new ConsoleScene();
  await scene.protect();
  for (let file = 0; file < 120; file += 1) scene.write(`many/${file}.txt`, `${file}`);
  const backup = async (): Promise<string> => {
    const { set } = await scene.call('backup', { object: 'files', level: 'full' });
    await scene.console.idle();
    return set.id;
  };
  const left = async (): Promise<string[]> => (await scene.call('sets', { object: 'files' })).sets.map(({ id }) => id);
  const retentions = async () => (await scene.call('job.list', { kinds: ['retention'] })).jobs;
  await scene.call('retention.set', { object: 'files', rules: { keepLast: 1 } });
  const first = await backup();
  const second = await backup();
  expect(await left()).toEqual([second, first]);
  expect(await retentions()).toEqual([]);

  const policy = await scene.call('retention.set', { object: 'files', rules: {}, automatic: true });
  expect(policy).toMatchObject({ automatic: true, heldBack: [], rules: { keepLast: 1 } });
  const third = await backup();
  expect(await left()).toEqual([third]);
  expect((await retentions())[0]).toMatchObject({ state: 'done', result: { kept: 1 } });
  const { entries } = await scene.call('activity.list', {});
  expect(entries[0]).toMatchObject({ act: 'retention.apply', outcome: 'done', context: { agreed: 2 } });

  rmSync(path.join(scene.source, 'many'), { recursive: true });
  await scene.call('notice.add', { name: 'log', target: { kind: 'command', command: 'true' } });
  const emptied = await backup();
  const again = await backup();
  expect(await left()).toEqual([again, emptied, third]);
  expect((await retentions())[0]).toMatchObject({
    state: 'done-with-warnings',
    result: { expired: [], warnings: [{ code: 'RETENTION_HELD', path: emptied }] },
  });
  const plan = await scene.call('retention.plan', { object: 'files' });
  expect(plan.heldBack).toMatchObject([{ set: emptied, anomalies: [{ kind: 'many-removed', now: 121 }] }]);

  const attention = async () => (await scene.call('overview', {})).attention;
  expect(await attention()).toMatchObject([
    {
      code: 'RETENTION_HELD',
      severity: 'look',
      object: 'files',
      context: { set: emptied, kind: 'many-removed', now: 121, more: 0 },
      action: null,
    },
  ]);

  expect(await scene.call('retention.acknowledge', { object: 'files' })).toMatchObject({ heldBack: [] });
  expect(await attention()).toEqual([]);
  const last = await backup();
  expect(await left()).toEqual([last]);
});

test('nothing expires while a folder lacks its disk, however often it is backed up, nor after the few files of an object are gone', async () => {
  const scene = new ConsoleScene();
  await scene.protect();
  scene.write('stays.txt', 'stays');
  const disk = path.join(scene.root, 'disk');
  mkdirSync(disk);
  writeFileSync(path.join(disk, 'file'), 'on the disk, and more than what stays');
  const files = [{ path: scene.source }, { path: disk }];
  await scene.call('object.add', { name: 'two', vault: scene.vault, files });
  await scene.call('retention.set', { object: 'two', rules: { keepLast: 1 }, automatic: true });
  const backup = async (level: 'full' | 'incremental') => {
    const { set } = await scene.call('backup', { object: 'two', level });
    await scene.console.idle();
    return set;
  };
  const left = async (): Promise<string[]> => (await scene.call('sets', { object: 'two' })).sets.map(({ id }) => id);
  const held = async () =>
    (await scene.call('retention.plan', { object: 'two' })).heldBack.map(({ set, anomalies }) => ({
      set,
      kinds: anomalies.map(({ kind }) => kind),
    }));
  const { id: first } = await backup('full');
  renameSync(disk, `${disk}-away`);
  const { id: second, warnings } = await backup('full');
  expect(warnings).toMatchObject([{ code: 'NOT_MOUNTED', path: disk }]);
  expect(await held()).toEqual([{ set: second, kinds: ['many-removed', 'not-mounted'] }]);
  await scene.call('retention.acknowledge', { object: 'two' });
  const { id: third } = await backup('incremental');
  expect(await held()).toEqual([{ set: third, kinds: ['not-mounted'] }]);
  expect(await left()).toEqual([third, second, first]);

  renameSync(`${disk}-away`, disk);
  const { id: fourth } = await backup('full');
  expect([await held(), await left()]).toEqual([[], [fourth]]);
  rmSync(path.join(disk, 'file'));
  rmSync(path.join(scene.source, 'stays.txt'));
  const { id: emptied } = await backup('full');
  expect([await held(), await left()]).toEqual([[{ set: emptied, kinds: ['many-removed'] }], [emptied, fourth]]);
});
