import { expect, test } from 'vitest';
import { chunkPlaces, openCatalog } from '../../engine/catalog/index.ts';
import { catalogFile } from '../catalog-place.ts';
import { cancelledWhen, flip, noise, quiet, VaultScene } from '../testing/vault-scene.ts';
import { engineUseCases as useCases } from '../wiring.ts';

/** A complete set some of whose content lies in the chunks of one that was interrupted. */
const borrowed = async (): Promise<VaultScene> => {
  const scene = await VaultScene.make({ codec: 'none' });
  for (let file = 0; file < 6; file += 1) scene.write(`f${file}`, noise(9 << 20, file + 1));
  await new Promise((resolve) => setTimeout(resolve, 2100));
  const job = cancelledWhen(({ bytesStored }) => (bytesStored ?? 0) > 20 << 20);
  await expect(scene.backup({ streams: 1 }, job)).rejects.toMatchObject({ code: 'CANCELLED' });
  await scene.backup({ streams: 1 });
  return scene;
};

/** The database of the scene's catalog, to look at or to alter. */
const inCatalog = async <T>(scene: VaultScene, work: (catalog: ReturnType<typeof openCatalog>) => T): Promise<T> => {
  const { id } = await useCases.inspectVault(scene.vault);
  const catalog = openCatalog(catalogFile(scene.home, id));
  try {
    return work(catalog);
  } finally {
    catalog.close();
  }
};

test('a verification of a whole vault reads what complete sets borrow from interrupted ones', async () => {
  const scene = await borrowed();
  const whole = await scene.verify(null);
  expect(whole.damaged).toEqual([]);
  const readThrough = async () => (await useCases.listTapes(scene.vault)).some(({ verifiedAt }) => verifiedAt !== null);
  const read = await readThrough();
  const donor = (await scene.sets()).find(({ state }) => state === 'interrupted');
  const [place] = await inCatalog(scene, (catalog) => [...chunkPlaces(catalog, donor?.id ?? '')]);
  if (place === undefined) throw new Error('the interrupted set left nothing');
  flip(scene.tapeFile(place.tape), place.offset + 5000);
  const named = await scene.verify((await scene.sets()).find(({ state }) => state === 'complete') ?? null);
  expect(named.damaged).toHaveLength(1);
  const all = await scene.verify(null);
  expect(all.damaged).toEqual(named.damaged);
  expect([read, await readThrough()]).toEqual([true, false]);
  // A borrowed chunk that is right does not make up for one of the complete set's own that is not.
  flip(scene.tapeFile(place.tape), place.offset + 5000);
  const complete = (await scene.sets()).find(({ state }) => state === 'complete');
  const own = (await inCatalog(scene, (catalog) => [...chunkPlaces(catalog, complete?.id ?? '')])).find(
    ({ kind }) => kind === 'data',
  );
  if (own === undefined) throw new Error('the complete set has nothing of its own');
  flip(scene.tapeFile(own.tape), own.offset + 5000);
  expect((await scene.verify(null)).damaged).toHaveLength(1);
  expect(await readThrough()).toBe(false);
});

test('of two chunks that are to lie at one place of a tape both are read', async () => {
  const scene = await VaultScene.make();
  scene.write('one', noise(100_000, 1));
  const full = await scene.backup({ streams: 1 });
  scene.write('two', noise(100_000, 2));
  await scene.backup({ streams: 1 });
  const before = await scene.verify(null);
  await inCatalog(scene, ({ db }) =>
    db.exec(`UPDATE chunk SET tape_sequence = 0 WHERE kind = 'data'
      AND set_key = (SELECT key FROM set_ref WHERE id <> '${full.id}' ORDER BY key DESC LIMIT 1)`),
  );
  expect((await scene.verify(null)).chunks).toBe(before.chunks);
});

test('a verification of a whole vault names the sets of which something is missing', async () => {
  const scene = await VaultScene.make();
  scene.write('one', noise(100_000, 1));
  const full = await scene.backup({ streams: 1 });
  scene.write('two', noise(100_000, 2));
  const next = await scene.backup({ streams: 1 });
  // What no complete set needs was not read: a tape is not called read through as long as the catalog lists it there.
  await inCatalog(scene, ({ db }) =>
    db.exec(`UPDATE block_set SET state = 'interrupted' WHERE key = (SELECT key FROM set_ref WHERE id = '${next.id}')`),
  );
  expect((await scene.verify(null)).damaged).toEqual([]);
  expect((await useCases.listTapes(scene.vault)).filter(({ verifiedAt }) => verifiedAt !== null)).toEqual([]);
  await inCatalog(scene, ({ db }) => db.exec(`UPDATE block_set SET state = 'incomplete'`));
  const session = await useCases.openVaultSession(scene.vault, scene.access, scene.home);
  try {
    const { incomplete, sets } = await useCases.runVerify(session, null, quiet());
    expect(sets).toBe(0);
    expect(incomplete.map(({ set }) => set).sort()).toEqual([full.id, next.id].sort());
  } finally {
    await session.close();
  }
});
