import fs from 'node:fs';
import { expect, test } from 'vitest';
import { openCatalogReader } from '../catalog-reader.ts';
import { noise, VaultScene } from '../testing/vault-scene.ts';
import { engineUseCases as useCases } from '../wiring.ts';
import { otherVersions } from './other-versions.ts';

test('of a damaged element the version is named that another set stored', async () => {
  const scene = await VaultScene.make({ drives: 1 });
  scene.write('letter', 'first');
  const first = await scene.backup();
  scene.write('letter', 'second, and longer');
  const second = await scene.backup();
  const catalog = openCatalogReader(scene.home, (await useCases.inspectVault(scene.vault)).id);
  try {
    if (catalog === null) throw new Error('there is no catalog');
    const lost = (set: string) => [{ tape: 'CF0001', chunk: 0, set, elements: [scene.at('letter')] }];
    const found = (set: string) => otherVersions(catalog, lost(set), set).map(({ path, set: other }) => [path, other]);
    expect(found(second.id)).toEqual([[scene.at('letter'), first.id]]);
    expect(found(first.id)).toEqual([[scene.at('letter'), second.id]]);
    const both = [...lost(first.id), ...lost(second.id)];
    expect(otherVersions(catalog, both, second.id)).toEqual([]);
  } finally {
    catalog?.close();
  }
});

test('a version that keeps some of its content in a damaged chunk of another set is not named', async () => {
  const scene = await VaultScene.make({ drives: 1 });
  scene.write('large', noise(3 << 20, 1));
  const first = await scene.backup();
  const fd = fs.openSync(scene.at('large'), 'r+');
  fs.writeSync(fd, noise(65_536, 2), 0, 65_536, 0);
  fs.closeSync(fd);
  const second = await scene.backup();
  scene.write('large', noise(3 << 20, 3));
  const third = await scene.backup();
  const catalog = openCatalogReader(scene.home, (await useCases.inspectVault(scene.vault)).id);
  try {
    if (catalog === null) throw new Error('there is no catalog');
    const lost = [{ tape: 'CF0001', chunk: 0, set: first.id, elements: [scene.at('large')] }];
    for (const wanted of [first, second])
      expect(otherVersions(catalog, lost, wanted.id).map(({ set }) => set)).toEqual([third.id]);
  } finally {
    catalog?.close();
  }
});
