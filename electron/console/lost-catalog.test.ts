import fs from 'node:fs';
import { expect, test } from 'vitest';
import { catalogFile } from './catalog-place.ts';
import { ConsoleScene } from './testing/console-scene.ts';

test('a home whose catalog is gone is not told that there are no backups, and has them back from a rebuild', async () => {
  const scene = new ConsoleScene();
  scene.write('file', 'content');
  await scene.protect();
  expect((await scene.call('sets', {})).sets).toEqual([]);
  const { set } = await scene.call('backup', { object: 'files' });
  const [vault] = (await scene.call('vault.list', {})).vaults;
  const file = catalogFile(`${scene.root}/home`, vault?.id ?? '');
  for (const end of ['', '-wal', '-shm']) fs.rmSync(`${file}${end}`, { force: true });
  const lost = { code: 'CATALOG_BEHIND', guidance: expect.stringContaining(`coldframe vault rebuild ${scene.vault}`) };
  await expect(scene.call('sets', {})).rejects.toMatchObject(lost);
  await expect(scene.call('restore', { set: set.id, to: { path: `${scene.root}/out` } })).rejects.toMatchObject(lost);
  // One that began anew knows as little.
  await scene.call('verify', {});
  await expect(scene.call('sets', {})).rejects.toMatchObject(lost);
  await scene.call('vault.rebuild', { dir: scene.vault });
  expect((await scene.call('sets', {})).sets.map(({ id }) => id)).toEqual([set.id]);
});
