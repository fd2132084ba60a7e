import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { steeredControl } from '../jobs/control.ts';
import { VaultScene } from '../testing/vault-scene.ts';

test('a backup that is cancelled while its metadata is written is complete, at home and on tape', async () => {
  const scene = await VaultScene.make();
  for (let at = 0; at < 2000; at += 1) scene.write(`file-${at}`, `content ${at}`);
  const steering = steeredControl(
    () => undefined,
    () => undefined,
  );
  const jobs = path.join(scene.home, 'jobs');
  const recording = (): boolean =>
    fs.existsSync(jobs) && fs.readdirSync(jobs).some((job) => fs.existsSync(path.join(jobs, job, 'places')));
  const watch = setInterval(() => {
    if (recording()) steering.abort(new Error('cancelled by the test'));
  }, 1);
  const set = await scene.backup({}, steering.control).finally(() => clearInterval(watch));
  expect(steering.control.signal.aborted).toBe(true);
  expect((await scene.sets()).map(({ state }) => state)).toEqual(['complete']);
  const before = await scene.catalog();
  expect(await scene.rebuild()).toMatchObject({ sets: 1, incompleteSets: 0, warnings: [] });
  expect(await scene.catalog()).toEqual(before);
  expect(listTree(await scene.restore(set))).toEqual(listTree(scene.source));
});
