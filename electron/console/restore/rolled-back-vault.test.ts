import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { noise, quiet, VaultScene } from '../testing/vault-scene.ts';
import { engineUseCases as useCases } from '../wiring.ts';

test('a chunk where another one stands is lost, and nothing else is', async () => {
  const scene = await VaultScene.make();
  scene.write('kept', noise(200_000, 1));
  await scene.backup({ streams: 1 });
  const copy = path.join(scene.root, 'copy');
  fs.cpSync(scene.vault, copy, { recursive: true, preserveTimestamps: true });
  scene.write('later', noise(200_000, 2));
  const later = await scene.backup({ streams: 1 });
  fs.rmSync(scene.vault, { recursive: true });
  fs.renameSync(copy, scene.vault);
  scene.write('later', noise(200_000, 3));
  const elsewhere = scene.folder('elsewhere');
  await scene.takeIn(elsewhere);
  await scene.backup({ streams: 1 }, quiet(), elsewhere);

  const session = await useCases.openVaultSession(scene.vault, scene.access, scene.home);
  try {
    const to = scene.folder('to');
    const request = { set: later.id, paths: [], to: { path: to }, relativeTo: null, onConflict: 'fail' as const };
    const { damaged } = await useCases.runRestore(session, request, quiet());
    expect(damaged.map(({ set, elements }) => [set, elements])).toEqual([[later.id, [scene.at('later')]]]);
    const back = (name: string): string => path.join(to, scene.at(name));
    expect(fs.readFileSync(back('kept')).equals(noise(200_000, 1))).toBe(true);
    expect(fs.existsSync(back('later'))).toBe(false);
    const verified = await useCases.runVerify(session, [later.id], quiet());
    // Its content and its description lie on one tape, and are checked at the same time.
    const found = verified.damaged.map(({ set, elements }) => `${set} ${elements.join()}`);
    expect(found.toSorted()).toEqual([`${later.id} `, `${later.id} ${scene.at('later')}`]);
    expect(verified.chunks).toBe(verified.damaged.length + 1);
  } finally {
    await session.close();
  }
});
