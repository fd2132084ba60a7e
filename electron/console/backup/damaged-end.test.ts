import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { setId } from '../../../shared/units.ts';
import { chunkPlaces, openCatalog } from '../../engine/catalog/index.ts';
import { behindChunk } from '../../engine/tape/chunk-frame.ts';
import { catalogFile } from '../catalog-place.ts';
import { cancelledWhen, flip, noise, VaultScene } from '../testing/vault-scene.ts';
import { engineUseCases as useCases } from '../wiring.ts';

const MIB = 1 << 20;

/** The chunks of a set on CF0001, as they lie. */
const chunksOf = async (scene: VaultScene, set: string) => {
  const { id } = await useCases.inspectVault(scene.vault);
  const store = openCatalog(catalogFile(scene.home, id), { readOnly: true });
  const found = [...chunkPlaces(store, setId(set))].toSorted((one, other) => one.offset - other.offset);
  store.close();
  return found;
};

test('nothing is written over what a killed job had made durable, when it is found damaged', async () => {
  const scene = await VaultScene.make({ drives: 1 });
  scene.write('first', noise(MIB, 1));
  await scene.backup();
  const library = path.join(scene.vault, 'library.json');
  const before = fs.readFileSync(library);
  for (let file = 0; file < 30; file += 1) scene.write(`f${file}`, noise(MIB, 2 + file));
  const job = cancelledWhen(({ bytesStored }) => (bytesStored ?? 0) > 17 * MIB);
  await expect(scene.backup({}, job)).rejects.toMatchObject({ code: 'CANCELLED' });
  const killed = (await scene.sets()).find(({ state }) => state === 'interrupted');
  const last = (await chunksOf(scene, String(killed?.id))).at(-1);
  if (last === undefined) throw new Error('the set that was cancelled has no chunk');
  // As a kill leaves it: the tape has no tail, and the library knows nothing of what came after the last unmount.
  fs.truncateSync(scene.tapeFile('CF0001'), behindChunk(last).offset);
  fs.writeFileSync(library, before);
  flip(scene.tapeFile('CF0001'), last.offset + 20);
  const damaged = fs.readFileSync(scene.tapeFile('CF0001'));

  const set = await scene.backup();
  expect(set).toMatchObject({ state: 'complete', tapes: ['CF0002'] });
  // What the set builds on may lie on the tape that was found damaged.
  expect(set.warnings).toContainEqual({
    code: 'TAPE_DAMAGED',
    path: 'CF0001',
    message: expect.stringMatching(
      /^the tape was to be written to, and another one was taken: .* chunks were written to it/,
    ),
  });
  const now = fs.readFileSync(scene.tapeFile('CF0001')).subarray(0, damaged.length);
  expect(now.equals(damaged)).toBe(true);
  const folder = await scene.restore(set);
  for (let file = 0; file < 30; file += 1)
    expect(fs.readFileSync(path.join(folder, `f${file}`)).equals(noise(MIB, 2 + file))).toBe(true);
});
