import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { tapeId } from '../../../shared/units.ts';
import { chunksOn } from '../../engine/catalog/chunks.ts';
import { DamagedChunks, openCatalog } from '../../engine/catalog/index.ts';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { catalogFile } from '../catalog-place.ts';
import { cancelledWhen, flip, noise, quiet, VaultScene } from '../testing/vault-scene.ts';
import { engineUseCases as useCases } from '../wiring.ts';

const KIB = 1024;

let scene: VaultScene;
let set: BlockSetSummary;

/** A tape of which only the last, small set is kept, and others that hold nothing yet. */
const nearlyEmpty = async (made: VaultScene): Promise<BlockSetSummary> => {
  made.write('large', noise(900 * KIB, 1));
  await made.backup({ level: 'full', streams: 1 });
  fs.rmSync(made.at('large'));
  made.write('small', noise(60 * KIB, 2));
  const kept = await made.backup({ level: 'full', streams: 1 });
  expect((await made.retain({ keepLast: 1 })).freedTapes).toEqual([]);
  return kept;
};

const placesOn = async (scene: VaultScene, tape: string) => {
  const store = openCatalog(catalogFile(scene.home, (await useCases.inspectVault(scene.vault)).id), { readOnly: true });
  try {
    return [...chunksOn(store, tapeId(tape))];
  } finally {
    store.close();
  }
};
const tapeOf = async (scene: VaultScene, id: string) =>
  (await useCases.listTapes(scene.vault)).find((each) => each.id === id);
const damage = async (scene: VaultScene, tape: string): Promise<void> => {
  const place = (await placesOn(scene, tape)).find(({ kind }) => kind === 'data');
  flip(scene.tapeFile(tape), (place?.offset ?? 0) + 40 * KIB);
};

test('a tape that is reclaimed is empty, and what was kept of it restores from the tapes alone, also where the tape as it was turns up', async () => {
  const sealed = await VaultScene.make({ drives: 2, slots: 3, passphrase: 'open sesame' });
  const kept = await nearlyEmpty(sealed);
  const asItWas = fs.readFileSync(sealed.tapeFile('CF0001'));
  const tree = listTree(sealed.source);
  const plan = await sealed.reclaimPlan();
  expect(plan).toMatchObject({ below: 30, frees: 1, chunksMoving: 2 });
  expect(plan.tapes[0]).toMatchObject({ tape: 'CF0001', reclaim: true, onto: [{ tape: 'CF0002' }] });
  expect(plan.tapes[0]?.bytesLive).toBeLessThan((plan.tapes[0]?.bytesWritten ?? 0) * 0.1);
  expect(await sealed.reclaim()).toMatchObject({
    freed: [{ id: 'CF0001', pool: 'scratch', state: 'labelled', chunks: 0 }],
    chunksMoved: 2,
    bytesMoved: plan.bytesMoving,
    left: [],
    warnings: [],
  });
  expect((await sealed.sets()).map(({ id, state, tapes }) => [id, state, tapes])).toEqual([
    [kept.id, 'complete', ['CF0002']],
  ]);
  const before = await sealed.catalog();
  fs.rmSync(`${sealed.vault}/catalog`, { recursive: true });
  const elsewhere = sealed.folder('elsewhere');
  expect(await sealed.rebuild(elsewhere)).toMatchObject({ sets: 1, incompleteSets: 0, warnings: [] });
  expect(await sealed.catalog(elsewhere)).toEqual(before);
  expect(listTree(await sealed.restore(kept, elsewhere))).toEqual(tree);
  // The tape as it was comes back from where it was kept, and lies beside the one that has its name now,
  fs.writeFileSync(sealed.tapeFile('CF0009'), asItWas);
  expect(listTree(sealed.rescue(kept))).toEqual(tree);
  // or in its place.
  fs.renameSync(sealed.tapeFile('CF0009'), sealed.tapeFile('CF0001'));
  expect(await sealed.rebuild(sealed.folder('third'))).toMatchObject({ incompleteSets: 0 });
  expect(listTree(await sealed.restore(kept, sealed.folder('third')))).toEqual(tree);
});

describe('reclaiming a tape', () => {
  beforeAll(async () => {
    scene = await VaultScene.forSuite({ drives: 2, slots: 4 });
    set = await nearlyEmpty(scene);
    scene.keep();
  });
  beforeEach(() => scene.reset());
  afterAll(() => scene?.remove());

  test('other homes hear that they count on places that are no more, and find what moved with a rebuild', async () => {
    const other = scene.folder('other');
    await scene.takeIn(other);
    await scene.restore(set, other);
    await scene.reclaim();
    expect((await scene.restoreResult(set, other)).warnings.map(({ code }) => code)).toContain('CATALOG_BEHIND');
    await expect(scene.backup({}, quiet(), other)).rejects.toMatchObject({ code: 'CATALOG_BEHIND' });
    await scene.rebuild(other);
    expect(listTree(await scene.restore(set, other))).toEqual(listTree(scene.source));
    expect(await scene.backup({}, quiet(), other)).toMatchObject({ level: 'incremental', parent: set.id });
    // A rebuild brings the home that reclaimed up to date, and neither is behind then.
    await scene.rebuild();
    expect(await scene.reclaim()).toMatchObject({ freed: [] });
  });

  test('a chunk that is damaged is taken from a copy; without one the tape stays as it is, and the damage is named', async () => {
    await damage(scene, 'CF0001');
    const before = await placesOn(scene, 'CF0001');
    const stays = await scene.reclaim();
    expect(stays).toMatchObject({ freed: [], left: [{ tape: 'CF0001', obstacle: 'damaged-chunks' }] });
    expect(stays.warnings.map(({ code, path }) => [code, path])).toContainEqual(['TAPE_DAMAGED', 'CF0001']);
    expect(await placesOn(scene, 'CF0001')).toEqual(before);
    expect(await tapeOf(scene, 'CF0001')).toMatchObject({ state: 'filling', errors: 1 });
    // It is known now, so that it is not tried again, and the next backup stores anew what lies there.
    expect((await scene.reclaimPlan()).tapes[0]).toMatchObject({ reclaim: false, obstacle: 'damaged-chunks' });
    scene.reset();
    await scene.copyTape('CF0001', 'CF0004');
    await damage(scene, 'CF0001');
    const result = await scene.reclaim();
    expect(result).toMatchObject({ freed: [{ id: 'CF0001' }], chunksMoved: 2, left: [] });
    expect(result.warnings.map(({ code }) => code)).toEqual(['TAPE_DAMAGED']);
    fs.rmSync(scene.tapeFile('CF0004'));
    expect(listTree(await scene.restore(set))).toEqual(listTree(scene.source));
    expect((await scene.verify(set)).damaged).toEqual([]);
  });

  test('what is said to lie elsewhere is read before it is relied on', async () => {
    await scene.copyTape('CF0001', 'CF0002');
    // A tape that was written to by a run that was killed, as far as anybody can tell.
    const file = path.join(scene.vault, 'library.json');
    const library = JSON.parse(fs.readFileSync(file, 'utf8')) as { tapes: { volume: string }[] };
    const own = { pool: 'data', copyOf: null };
    const tapes = library.tapes.map((tape) => (tape.volume === 'CF0002' ? { ...tape, ...own } : tape));
    fs.writeFileSync(file, JSON.stringify({ ...library, tapes }));
    await damage(scene, 'CF0002');
    const result = await scene.reclaim({ tapes: ['CF0001'] });
    // Of its two chunks the one that is right there is not written again.
    expect(result).toMatchObject({ freed: [{ id: 'CF0001' }], chunksMoved: 1 });
    expect(result.warnings.map(({ code, path: tape }) => [code, tape])).toEqual([['TAPE_DAMAGED', 'CF0002']]);
    expect(listTree(await scene.restore(set))).toEqual(listTree(scene.source));
    // It was written anew onto the very tape that has the damage, and only that place of it is damaged.
    expect((await placesOn(scene, 'CF0002')).length).toBe(3);
    for (let times = 0; times < 2; times += 1)
      expect(await scene.verify(set)).toMatchObject({
        damaged: [],
        warnings: [{ code: 'TAPE_DAMAGED', path: 'CF0002' }],
      });
    const { id } = await useCases.inspectVault(scene.vault);
    const [note] = DamagedChunks.of(catalogFile(scene.home, id)).chunks;
    expect(note).toMatchObject({ tape: 'CF0002', kind: 'data', block: expect.any(Number) });
    expect((await scene.reclaimPlan({ tapes: ['CF0002'] })).tapes[0]).toMatchObject({ reclaim: true, obstacle: null });
  });

  test('a job that is cancelled has let go of nothing, and the next one writes none of it again that was noted', async () => {
    const stop = cancelledWhen(({ phase }) => phase === 'moving');
    await expect(scene.reclaim({}, stop)).rejects.toMatchObject({ kind: 'cancelled' });
    expect(listTree(await scene.restore(set))).toEqual(listTree(scene.source));
    expect(await tapeOf(scene, 'CF0001')).toMatchObject({ state: 'filling' });
    expect(await scene.reclaim()).toMatchObject({ freed: [{ id: 'CF0001' }], warnings: [] });
    expect(listTree(await scene.restore(set))).toEqual(listTree(scene.source));
  });

  test('a tape of which something is served as a disk meanwhile stays', async () => {
    let asked = 0;
    const isServed = () => {
      asked += 1;
      return asked > 2;
    };
    const { freed, left } = await scene.reclaim({ isServed });
    expect([freed, left]).toMatchObject([[], [{ obstacle: 'served', tape: 'CF0001' }]]);
    expect(listTree(await scene.restore(set))).toEqual(listTree(scene.source));
    expect(await scene.reclaim()).toMatchObject({ freed: [{ id: 'CF0001' }] });
  });

  test('tapes that may not go are left, and said why', async () => {
    const why = async (request: Parameters<typeof scene.reclaimPlan>[0] = {}) =>
      (await scene.reclaimPlan(request)).tapes.find(({ tape }) => tape === 'CF0001')?.obstacle;
    expect(await why()).toBeNull();
    expect(await why({ isServed: ({ id }) => id === set.id })).toBe('served');
    expect(await why({ below: 1 })).toBe('above');
    expect(await why({ tapes: ['CF0001L8'] })).toBeNull();
    await useCases.protectTape(scene.vault, 'CF0001', true);
    expect(await why()).toBe('protected');
    expect(await scene.reclaim({ tapes: ['CF0001'] })).toMatchObject({ freed: [], left: [{ obstacle: 'protected' }] });
    await useCases.protectTape(scene.vault, 'CF0001', false);
    fs.renameSync(scene.tapeFile('CF0001'), `${scene.root}/away.tap`);
    expect(await why()).toBe('unreadable');
    fs.renameSync(`${scene.root}/away.tap`, scene.tapeFile('CF0001'));
    // What an older catalog does not know may be all there is of something.
    const elsewhere = scene.folder('elsewhere');
    fs.cpSync(scene.home, elsewhere, { recursive: true });
    scene.write('later', 'later');
    await scene.backup({ streams: 1 });
    fs.rmSync(`${scene.vault}/catalog`, { recursive: true });
    const plan = await scene.reclaimPlan({}, elsewhere);
    expect(plan.tapes[0]).toMatchObject({ obstacle: 'unlisted', reclaim: false });
    expect(plan.tapes[0]?.detail).toContain('does not know');
  });
});
