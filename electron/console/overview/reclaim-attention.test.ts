import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ConsoleScene } from '../testing/console-scene.ts';

test('tapes that are full of what expired are proposed to be reclaimed, and no more once they were', async () => {
  const scene = new ConsoleScene();
  await scene.protect({ tapeSize: 32 << 20, slots: 4, codec: 'none' });
  const full = async (name: string, bytes: number) => {
    scene.write(name, randomBytes(bytes));
    await scene.call('backup', { object: 'files', level: 'full', streams: 1 });
    fs.rmSync(path.join(scene.source, name));
  };
  const proposed = async () =>
    (await scene.call('overview', {})).attention.filter(({ code }) => code === 'TAPES_TO_RECLAIM');
  await full('large', 27_000_000);
  await full('small', 200_000);
  await full('other', 9_000_000);
  expect(await proposed()).toEqual([]);
  await scene.call('retention.set', { object: 'files', rules: { keepLast: 2 } });
  const { sets } = await scene.call('retention.plan', { object: 'files' });
  const apply = { object: 'files', sets: sets.filter(({ keep }) => !keep).map(({ id }) => id) };
  // That most of it went is unusual, and is found once it is to be carried out.
  await expect(scene.call('retention.apply', apply)).rejects.toMatchObject({ code: 'RETENTION_HELD' });
  await scene.call('retention.acknowledge', { object: 'files' });
  await scene.call('retention.apply', apply);
  const { tapes } = await scene.call('tape.list', { vault: scene.vault });
  expect(tapes[0]).toMatchObject({ id: 'CF0001', state: 'full', expiredAt: null });
  expect(await proposed()).toMatchObject([{ vault: scene.vault, context: { count: 1 } }]);
  expect((await scene.call('tape.reclaim', { vault: scene.vault, tapes: ['CF0001'] })).freed).toHaveLength(1);
  expect(await proposed()).toEqual([]);
});
