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
  await scene.call('backup', { object: 'docs' });
  // Of the other vault, as of any folder in a source, there is now a version that lacks what comes later.
  await scene.call('backup', { object: 'files' });
  fs.writeFileSync(path.join(docs, 'two'), 'two');
  scene.write('a', 'new');
  await scene.call('backup', { object: 'docs' });
  const library = fs.readFileSync(path.join(other, 'library.json'));

  const link = path.join(scene.root, 'link');
  fs.symlinkSync(scene.source, link);
  const ways = [
    { original: true },
    { to: { path: link }, relativeTo: { path: scene.source } },
  ] as const;
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
  expect(fs.readFileSync(path.join(to, 'two'), 'utf8')).toBe('two');

  for (const place of [path.join(other, 'tapes/new'), path.join(link, 'second'), scene.home]) {
    const into = scene.call('restore', { set: 'files', to: { path: place } });
    await expect(into, place).rejects.toMatchObject({ code: 'USAGE', message: expect.stringMatching(/vault or its own/) });
  }
});
