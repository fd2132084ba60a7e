import { rmSync } from 'node:fs';
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
