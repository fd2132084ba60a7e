import fs from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { chunkPlaces, DamagedChunks, openCatalog } from '../../engine/catalog/index.ts';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { catalogFile } from '../catalog-place.ts';
import { flip, noise, quiet, VaultScene } from '../testing/vault-scene.ts';
import type { ProgressCounters } from '../use-cases.ts';
import { engineUseCases as useCases } from '../wiring.ts';

let scene: VaultScene;
let full: BlockSetSummary;
let catalog: string;

/** Turns over a byte of the first chunk of a kind; once more brings it back. */
const turn = (kind: 'data' | 'metadata'): void => {
  const store = openCatalog(catalog, { readOnly: true });
  const place = [...chunkPlaces(store, full.id)].find((each) => each.kind === kind);
  store.close();
  if (place === undefined) throw new Error('the set has no such chunk');
  flip(scene.tapeFile(place.tape), place.offset + 200 + Math.floor(place.payloadBytes / 2));
};

const known = (): number => DamagedChunks.of(catalog).chunks.length;

describe('damage that was found', () => {
  beforeAll(async () => {
    scene = await VaultScene.forSuite({ drives: 1, codec: 'none' });
    catalog = catalogFile(scene.home, (await useCases.inspectVault(scene.vault)).id);
    scene.write('large', noise(3 << 20, 1));
    scene.write('pair', noise(200_000, 2));
    fs.linkSync(scene.at('pair'), scene.at('pair-too'));
    for (let at = 0; at < 10; at += 1) scene.write(`small-${at}`, noise(5000, at + 10));
    await new Promise((resolve) => setTimeout(resolve, 2100));
    full = await scene.backup({ streams: 1 });
    scene.keep();
  });
  beforeEach(() => scene.reset());
  afterAll(() => scene?.remove());

  test('by a verification is repaired by the next backup, which stores anew what lies there', async () => {
    turn('data');
    expect((await scene.verify(full)).damaged).toHaveLength(1);
    const next = await scene.backup();
    expect(next).toMatchObject({ level: 'incremental', parent: full.id });
    expect(next.bytesRead).toBe((3 << 20) + 200_000 + 50_000);
    expect((await scene.verify(next)).damaged).toEqual([]);
    expect(listTree(await scene.restore(next))).toEqual(listTree(scene.source));
    expect(listTree(scene.rescue(next))).toEqual(listTree(scene.source));
    expect(await scene.backup()).toMatchObject({ bytesRead: 0, segments: 0 });
  });

  test('that cannot be noted is said to be so, for the next backup will not repair it', async () => {
    turn('data');
    const warning = {
      code: 'DISK_FULL',
      path: `${catalog}.damaged.json`,
      message: 'what is damaged could not be noted',
    };
    vi.spyOn(DamagedChunks, 'note').mockReturnValueOnce([warning]);
    const { damaged, warnings } = await scene.verify(full);
    expect(damaged).toHaveLength(1);
    expect(warnings).toEqual([warning]);
    expect((await scene.verify(full)).warnings).toEqual([]);
    expect(known()).toBeGreaterThan(0);
  });

  test('by a restore is, too', async () => {
    turn('data');
    const session = await useCases.openVaultSession(scene.vault, scene.access, scene.home);
    const to = { path: scene.folder('to') };
    const request = { set: full.id, paths: [], to, relativeTo: null, onConflict: 'fail' as const };
    const told: ProgressCounters[] = [];
    const job = { ...quiet(), report: (counters: ProgressCounters) => void told.push(counters) };
    const { damaged, restored, wanted } = await useCases.runRestore(session, request, job);
    await session.close();
    expect(damaged).toHaveLength(1);
    expect(restored).toBeLessThan(wanted);
    expect(told.at(-1)).toMatchObject({ elementsDone: restored, elementsTotal: wanted });
    const next = await scene.backup();
    expect((await scene.verify(next)).damaged).toEqual([]);
  });

  test('counts no more when a later verification finds the chunk right', async () => {
    turn('data');
    await scene.verify(null);
    expect(known()).toBe(1);
    turn('data');
    expect((await scene.verify(null)).damaged).toEqual([]);
    expect(known()).toBe(0);
    expect(await scene.backup()).toMatchObject({ bytesRead: 0 });
  });

  test('in metadata makes the next backup a full one', async () => {
    turn('metadata');
    await scene.verify(null);
    expect(await scene.backup()).toMatchObject({ level: 'full', parent: null });
  });

  test('is no tape that was not there', async () => {
    const file = scene.tapeFile('CF0001');
    fs.renameSync(file, `${file}.away`);
    expect((await scene.verify(null)).damaged).not.toEqual([]);
    fs.renameSync(`${file}.away`, file);
    expect(known()).toBe(0);
    expect(await scene.backup()).toMatchObject({ bytesRead: 0 });
  });
});
