import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ConsoleScene } from './testing/console-scene.ts';

/** What a restore to a new folder puts into the file of that name. */
const restored = async (scene: ConsoleScene, set: string, file: string): Promise<string> => {
  const to = fs.mkdtempSync(path.join(scene.root, 'to-'));
  await scene.call('restore', { set, to: { path: to } });
  return fs.readFileSync(path.join(to, file), 'utf8');
};

test('of two homes that call different things the same in one vault each gets its own back', async () => {
  const [one, two] = [new ConsoleScene(), new ConsoleScene()];
  await one.call('vault.create', { dir: one.vault, tapeSize: 64 << 20 });
  await two.call('vault.open', { dir: one.vault });
  for (const scene of [one, two]) {
    scene.write('host', scene === one ? 'one' : 'two');
    await scene.call('object.add', { name: 'etc', vault: one.vault, files: [{ path: scene.source }] });
  }
  await one.call('backup', { object: 'etc' });
  expect((await two.call('vault.rebuild', { dir: one.vault })).objects).toEqual(['etc (vault)']);
  const ofTwo = await two.call('backup', { object: 'etc' });
  expect((await one.call('vault.rebuild', { dir: one.vault })).objects).toEqual(['etc (vault)']);

  expect(await restored(one, 'etc', path.join(one.source, 'host'))).toBe('one');
  expect(await restored(one, 'etc@latest', path.join(one.source, 'host'))).toBe('one');
  expect(await restored(one, 'etc (vault)', path.join(two.source, 'host'))).toBe('two');
  expect((await one.call('sets', { object: 'etc' })).sets).toHaveLength(1);
  const { sets } = await one.call('sets', {});
  expect(new Map(sets.map(({ id, object }) => [object, id === ofTwo.set.id]))).toEqual(
    new Map([
      ['etc', false],
      ['etc (vault)', true],
    ]),
  );
  const found = async (object: string) =>
    (await one.call('find', { pattern: 'host', object })).entries.map((entry) => entry.path);
  expect(await found('etc')).toEqual([path.join(one.source, 'host')]);
  expect(await found('etc (vault)')).toEqual([path.join(two.source, 'host')]);
  expect((await one.call('object.show', { object: 'etc (vault)' })).sets).toBe(1);
  expect((await one.call('timeline', { object: 'etc' })).total).toBe(1);
  const versions = await one.call('versions', { object: 'etc (vault)', path: { path: path.join(two.source, 'host') } });
  expect(versions.versions).toHaveLength(1);

  // The tapes alone do not say whose it is.
  const rescue = (set: string) =>
    spawnSync(process.execPath, [
      path.join(one.vault, 'rescue.mjs'),
      'restore',
      set,
      '--tapes',
      one.vault,
      '--to',
      path.join(one.root, set),
    ]);
  const { status, stderr } = rescue('etc');
  expect([status, stderr.toString()]).toEqual([
    2,
    expect.stringContaining('2 objects on these tapes are called "etc"'),
  ]);
  expect(rescue(ofTwo.set.id).status).toBe(0);
});
