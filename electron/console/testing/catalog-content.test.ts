import { expect, test } from 'vitest';
import { readListedChunks } from './catalog-content.ts';
import { flip, noise, VaultScene } from './vault-scene.ts';

test('a damaged chunk is not taken for a sound one', async () => {
  const scene = await VaultScene.make({ drives: 1 });
  scene.write('file', noise(100_000, 1));
  const { tapes } = await scene.backup();
  expect(await readListedChunks(scene.home, scene.vault)).toBeGreaterThan(1);
  const { chunks } = Object.values(await scene.catalog())[0] as { chunks: { kind: string; offset: number }[] };
  flip(scene.tapeFile(tapes[0] ?? ''), (chunks.find(({ kind }) => kind === 'data')?.offset ?? 0) + 50_000);
  await expect(readListedChunks(scene.home, scene.vault)).rejects.toMatchObject({ code: 'TAPE_DAMAGED' });
});
