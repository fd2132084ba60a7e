import { existsSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConsoleScene } from '../testing/console-scene.ts';

test('what does not say that it is the tape is not taken in, and stays where it is', async () => {
  const scene = new ConsoleScene();
  scene.write('file', 'content');
  await scene.protect();
  const { set } = await scene.call('backup', { object: 'files' });
  const [tape] = set.tapes as [string];
  await scene.call('library.eject', { vault: scene.vault, tape });
  const place = join(scene.vault, 'import-export', `${tape}L8.tap`);
  const kept = join(scene.root, 'kept.tap');
  renameSync(place, kept);
  const takeIn = () => scene.call('library.takeIn', { vault: scene.vault, tape });
  for (const put of [
    () => writeFileSync(place, 'no tape at all'),
    () => symlinkSync(kept, place),
    () => symlinkSync(place, place),
  ]) {
    put();
    await expect(takeIn()).rejects.toMatchObject({ code: 'TAPE_MISMATCH' });
    expect(existsSync(join(scene.vault, 'tapes', `${tape}L8.tap`))).toBe(false);
    rmSync(place);
  }
  const content = readFileSync(kept);
  renameSync(kept, place);
  await takeIn();
  expect(readFileSync(join(scene.vault, 'tapes', `${tape}L8.tap`)).equals(content)).toBe(true);
  const to = { path: join(scene.root, 'back') };
  expect(await scene.call('restore', { set: set.id, to })).toMatchObject({ damaged: [] });
});
