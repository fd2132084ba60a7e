import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ConsoleScene } from '../testing/console-scene.ts';

test('a restore leaves vaults of its home alone, whatever leads into them, and gives the rest', async () => {
  const scene = new ConsoleScene();
  const other = path.join(scene.source, 'second');
  const docs = path.join(scene.root, 'docs');
  scene.write('a', 'old');
  fs.mkdirSync(docs);
  fs.writeFileSync(path.join(docs, 'one'), 'one');
  await scene.protect();
  await scene.call('vault.create', { dir: other, drives: 1, slots: 2 });
  await scene.call('object.add', { name: 'docs', vault: other, files: [{ path: docs }] });
  // Of the other vault, as of any folder in a source, there is now a version that lacks what comes later.
  await scene.call('backup', { object: 'files' });
  scene.write('a', 'new');
  await scene.call('backup', { object: 'docs' });
  const library = fs.readFileSync(path.join(other, 'library.json'));

  const link = path.join(scene.root, 'link');
  fs.symlinkSync(scene.source, link);
  const ways = [{ original: true }, { to: { path: link }, relativeTo: { path: scene.source } }] as const;
  for (const way of ways) {
    scene.write('a', 'new');
    const over = { set: 'files', onConflict: 'overwrite', ...way } as const;
    const warned = [expect.objectContaining({ code: 'DESTINATION_TAKEN', path: expect.stringMatching(/second$/) })];
    expect(await scene.call('restore', { ...over, dryRun: true })).toMatchObject({ warnings: warned });
    const { warnings, skipped } = await scene.call('restore', over);
    expect([warnings, skipped > 0]).toEqual([warned, true]);
    expect(fs.readFileSync(path.join(scene.source, 'a'), 'utf8')).toBe('old');
  }
  expect(fs.readFileSync(path.join(other, 'library.json')).equals(library)).toBe(true);
  const to = path.join(scene.root, 'to');
  const back = await scene.call('restore', { set: 'docs', to: { path: to }, relativeTo: { path: docs } });
  expect(back).toMatchObject({ warnings: [], damaged: [] });
  expect(fs.readFileSync(path.join(to, 'one'), 'utf8')).toBe('one');

  for (const place of [path.join(other, 'tapes/new'), path.join(link, 'second'), scene.home]) {
    const into = scene.call('restore', { set: 'files', to: { path: place } });
    await expect(into, place).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/vault or its own/),
    });
  }
  for (const dir of [path.join(other, 'tapes/new'), path.join(link, 'second/new'), path.join(scene.home, 'jobs/new')]) {
    await expect(scene.call('vault.create', { dir }), dir).rejects.toMatchObject({
      code: 'USAGE',
      context: { path: dir },
    });
    expect(fs.existsSync(dir)).toBe(false);
  }
});

test('the disk of a managed volume is not replaced beneath it by a restore of files', async () => {
  const scene = new ConsoleScene();
  const disk = scene.write('disk.img', Buffer.alloc(1 << 20, 1));
  scene.write('a', 'old');
  await scene.protect();
  await scene.call('backup', { object: 'files' });
  await scene.call('volume.adopt', { name: 'disk', file: disk });
  fs.writeFileSync(disk, Buffer.alloc(1 << 20, 2));
  scene.write('a', 'new');
  const over = { set: 'files', original: true, onConflict: 'overwrite' } as const;
  const warned = [expect.objectContaining({ code: 'VOLUME_IN_USE', path: disk })];
  expect(await scene.call('restore', { ...over, dryRun: true })).toMatchObject({ warnings: warned, skipped: 1 });
  expect(await scene.call('restore', over)).toMatchObject({ warnings: warned, skipped: 1 });
  expect(fs.readFileSync(disk).equals(Buffer.alloc(1 << 20, 2))).toBe(true);
  expect(fs.readFileSync(path.join(scene.source, 'a'), 'utf8')).toBe('old');
  await scene.call('volume.remove', { volume: 'disk' });
  expect(await scene.call('restore', over)).toMatchObject({ warnings: [], skipped: 0 });
  expect(fs.readFileSync(disk).equals(Buffer.alloc(1 << 20, 1))).toBe(true);
});
