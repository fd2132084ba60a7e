import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import type { Failpoint } from '../../platform/failpoints.ts';
import { openStore } from '../store/store.ts';
import { type KilledAt, runCommand } from '../testing/built-command.ts';
import { noise, VaultScene } from '../testing/vault-scene.ts';
import { engineUseCases as useCases } from '../wiring.ts';

const thorough = process.env.COLDFRAME_THOROUGH === '1';
let scene: VaultScene;
let set: BlockSetSummary;

const command = (args: readonly string[], at?: KilledAt) => runCommand(scene.home, args, at);

/** What is kept restores, with the catalog that there is and, now and then, with one that is made from the tapes alone. */
const everythingRestores = async (fromTapes: boolean): Promise<void> => {
  const tree = listTree(scene.source);
  expect(listTree(await scene.restore(set))).toEqual(tree);
  if (!fromTapes) return;
  expect(listTree(scene.rescue(set))).toEqual(tree);
  const copy = path.join(scene.root, 'copied');
  fs.cpSync(scene.vault, copy, { recursive: true });
  fs.rmSync(path.join(copy, 'catalog'), { recursive: true });
  const home = scene.folder('alone');
  const { incompleteSets } = await scene.rebuild(home, copy);
  const others = (await scene.sets(home)).filter(({ id, state }) => id === set.id || state !== 'complete');
  // Of what expired the tapes may hold a part, and nobody is left who knows that it did.
  expect([incompleteSets, others.filter(({ id }) => id === set.id).map(({ state }) => state)]).toEqual([
    0,
    ['complete'],
  ]);
  expect(listTree(await scene.restore(set, home, copy))).toEqual(tree);
  for (const folder of [copy, home]) fs.rmSync(folder, { recursive: true });
};

/** In the order in which a run passes them; `moved`: what was moved is known from there on. */
const STATIONS: readonly (readonly [Failpoint, moved: boolean, always: boolean])[] = [
  ['tape:after-data', false, false],
  ['tape:after-flush', false, false],
  ['reclaim:after-flush', false, false],
  ['reclaim:after-proof', false, false],
  ['catalog:before-chunks', false, false],
  ['catalog:after-chunks', true, false],
  ['catalog:inside-leave', true, false],
  ['catalog:after-leave', true, true],
  ['catalog:before-copy', true, false],
  ['catalog:after-copy', true, false],
  ['reclaim:after-publish', true, false],
  ['label:before-write', true, false],
  ['label:after-write', true, true],
];

describe('reclaiming that is killed again and again', () => {
  beforeAll(async () => {
    scene = await VaultScene.forSuite({ drives: 2, slots: 3 });
    scene.write('large', noise(900_000, 1));
    await scene.backup({ level: 'full', streams: 1 });
    fs.rmSync(scene.at('large'));
    scene.write('small', noise(60_000, 2));
    set = await scene.backup({ level: 'full', streams: 1 });
    await scene.retain({ keepLast: 1 });
    // Commands take a home with catalogs and without a database for one that lost it.
    openStore(path.join(scene.home, 'console.db')).close();
    expect(await command(['vault', 'open', scene.vault])).toBe(0);
  });
  afterAll(() => scene?.remove());

  test('touches nothing that nobody agreed to', async () => {
    const files = fs.readdirSync(path.join(scene.vault, 'tapes'));
    expect(await command(['tape', 'reclaim', scene.vault, '--tape', 'CF0001'])).toBe(1);
    expect(fs.readdirSync(path.join(scene.vault, 'tapes'))).toEqual(files);
    expect((await scene.sets())[0]?.tapes).toEqual(['CF0001']);
  });

  test.each(STATIONS.filter(([, , always]) => always || thorough))('at %s loses nothing', async (at) => {
    expect(await command(['--yes', 'tape', 'reclaim', scene.vault], at)).toBe('SIGKILL');
    await everythingRestores(thorough);
    if (at !== 'label:after-write') expect((await scene.sets()).map(({ state }) => state)).toEqual(['complete']);
  });

  test('comes to its end, and writes nothing again that was known to be moved', async () => {
    expect(await scene.reclaim()).toMatchObject({ chunksMoved: 0, warnings: [] });
    // What runs that were killed had written, and nobody knew of, is gone with its tapes, too.
    expect(await scene.reclaimPlan()).toMatchObject({ frees: 0 });
    const tapes = (await scene.sets())[0]?.tapes ?? [];
    const states = (await useCases.listTapes(scene.vault)).filter(({ state }) => state !== 'blank');
    expect(states.filter(({ state }) => state !== 'labelled').map(({ id, state }) => [id, state])).toEqual(
      tapes.map((tape) => [tape, 'filling']),
    );
    await everythingRestores(true);
    scene.write('more', 'more');
    expect(await scene.backup()).toMatchObject({ level: 'incremental', parent: set.id, warnings: [] });
  });
});
