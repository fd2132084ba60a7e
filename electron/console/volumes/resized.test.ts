import { randomBytes } from 'node:crypto';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConsoleScene } from '../testing/console-scene.ts';

const MIB = 1024 * 1024;

test('a volume that became shorter, longer, or another one of its name is restored as it is, from every set and from tapes alone', async () => {
  const scene = new ConsoleScene();
  const disk = join(scene.root, 'disk.img');
  writeFileSync(disk, randomBytes(4 * MIB));
  await scene.call('vault.create', { dir: scene.vault, tapeSize: 256 * MIB });
  await scene.call('volume.adopt', { name: 'disk', file: disk });
  await scene.call('object.add', { name: 'machine', vault: scene.vault, volumes: ['disk'] });
  const made: { set: string; content: Buffer }[] = [];
  const backup = async (level: 'auto' | 'differential' = 'auto') => {
    const { set } = await scene.call('backup', { object: 'machine', level });
    made.push({ set: set.id, content: readFileSync(disk) });
  };
  let restored = 0;
  const expectRestored = async () => {
    for (const { set, content } of made) {
      restored += 1;
      const to = { path: join(scene.root, `back-${restored}.img`) };
      await scene.call('restore', { set, paths: [{ path: '/disk' }], to });
      expect(readFileSync(to.path).equals(content), `set ${set.slice(0, 8)} of ${content.length} bytes`).toBe(true);
    }
  };
  await backup();
  // On the edge of a piece, and within one; then longer again, and short enough for one digest.
  for (const size of [3 * MIB, 3 * MIB - 4096, 3 * MIB - 69_632, 4 * MIB, MIB - 4096, 2 * MIB]) {
    truncateSync(disk, size);
    await backup();
  }
  await backup('differential');
  await scene.call('volume.remove', { volume: 'disk' });
  writeFileSync(disk, randomBytes(MIB + 512 * 1024));
  await scene.call('volume.adopt', { name: 'disk', file: disk });
  await backup();
  const { set } = await scene.call('merge', { object: 'machine' });
  made.push({ set: set.id, content: readFileSync(disk) });
  await expectRestored();

  const other = new ConsoleScene();
  await other.call('vault.rebuild', { dir: scene.vault });
  const { sets } = await other.call('sets', {});
  expect(new Set(sets.map(({ id }) => id))).toEqual(new Set(made.map((each) => each.set)));
  const last = made.at(-1) as (typeof made)[number];
  const to = { path: join(other.root, 'back.img') };
  await other.call('restore', { set: last.set, paths: [{ path: '/disk' }], to });
  expect(readFileSync(to.path).equals(last.content)).toBe(true);
});
