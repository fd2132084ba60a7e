import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConsoleScene } from '../testing/console-scene.ts';

test('a root that is a symbolic link is refused, and the way that it leads is named', async () => {
  const scene = new ConsoleScene();
  await scene.protect();
  const at = (name: string) => join(scene.source, name);
  mkdirSync(at('folder'));
  writeFileSync(at('file'), '');
  for (const [link, target] of [
    ['to-folder', 'folder'],
    ['to-file', 'file'],
  ] as const) {
    symlinkSync(target, at(link));
    const files = [{ path: at(link) }];
    const refused = { code: 'USAGE', guidance: expect.stringContaining(at(target)) };
    await expect(scene.console.call('object.add', { name: 'l', vault: scene.vault, files })).rejects.toMatchObject(
      refused,
    );
    await expect(scene.console.call('object.update', { object: 'files', files })).rejects.toMatchObject(refused);
  }
  symlinkSync('nowhere', at('to-nothing'));
  const dangling = scene.console.call('object.add', {
    name: 'l',
    vault: scene.vault,
    files: [{ path: at('to-nothing') }],
  });
  await expect(dangling).rejects.toMatchObject({ code: 'USAGE' });
});

test('links on the way to a root are resolved when it is added', async () => {
  const scene = new ConsoleScene();
  await scene.protect();
  const at = (name: string) => join(scene.source, name);
  mkdirSync(at('real/folder'), { recursive: true });
  symlinkSync('real', at('link'));
  const { object } = await scene.console.call('object.add', {
    name: 'l',
    vault: scene.vault,
    files: [{ path: at('link/folder') }],
  });
  expect(object.roots.map(({ path }) => path)).toEqual([at('real/folder')]);
});
