import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { VaultScene } from '../testing/vault-scene.ts';

let scene: VaultScene;

describe('a verification', () => {
  beforeEach(async () => {
    scene = await VaultScene.make();
    scene.write('file', 'one');
    await scene.backup();
  });

  test('names a missing tape once, by its barcode', async () => {
    expect(await scene.verify(null)).toMatchObject({ damaged: [], missingTapes: [], unlisted: [] });
    fs.renameSync(scene.tapeFile('CF0001'), `${scene.tapeFile('CF0001')}.away`);
    const { missingTapes, damaged } = await scene.verify(null);
    expect(missingTapes).toEqual([
      { tape: 'CF0001', barcode: 'CF0001L8', slot: 1, drive: null, pool: 'data', chunks: damaged.length, away: true },
    ]);
    expect(damaged.length).toBeGreaterThan(0);
  });

  test('mentions chunks that the catalog of this home does not list', async () => {
    const home = scene.folder('elsewhere');
    await scene.takeIn(home);
    scene.write('file', 'two');
    await scene.backup();
    fs.rmSync(path.join(scene.home, 'catalogs'), { recursive: true });
    fs.renameSync(path.join(home, 'catalogs'), path.join(scene.home, 'catalogs'));
    const { unlisted } = await scene.verify(null);
    expect(unlisted).toEqual([{ tape: 'CF0001', barcode: 'CF0001L8', chunks: 2 }]);
  });
});
