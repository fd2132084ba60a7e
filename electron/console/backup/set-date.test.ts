import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openCatalog, resolveSet } from '../../engine/catalog/index.ts';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { catalogFile } from '../catalog-place.ts';
import { VaultScene } from '../testing/vault-scene.ts';
import { engineUseCases as useCases } from '../wiring.ts';

const YEAR_MS = 365 * 86_400_000;

const at = (time: number): void => {
  vi.useFakeTimers({ toFake: ['Date'], now: time });
  onTestFinished(() => void vi.useRealTimers());
};

describe('the newest set of an object is the one that was made last', () => {
  test.each([
    ['ahead once', [YEAR_MS, 0, 0]],
    ['put back', [0, -YEAR_MS, -YEAR_MS]],
  ])('also when the clock was %s', async (_, offsets) => {
    const scene = await VaultScene.make();
    const real = Date.now();
    const warned: string[][] = [];
    for (const [turn, offset] of offsets.entries()) {
      at(real + offset);
      scene.write('file', `turn ${turn}`);
      const { warnings } = await scene.backup();
      warned.push(warnings.map(({ code }) => code));
    }
    const sets = await scene.sets();
    const dates = sets.map(({ createdAt }) => createdAt);
    expect(dates).toEqual(dates.toSorted((one, other) => one - other));
    const newest = sets.at(-1);
    if (newest === undefined) throw new Error('there is no set');
    expect(listTree(await scene.restore(newest))).toEqual(listTree(scene.source));
    expect(listTree(scene.rescue(newest))).toEqual(listTree(scene.source));
    // Said once, not with every backup until the clock has caught up.
    expect(warned).toEqual([[], ['CLOCK_BEHIND'], []]);
    const merged = await scene.merge();
    expect(merged.createdAt).toBeGreaterThan(newest.createdAt);
    expect(listTree(await scene.restore(merged))).toEqual(listTree(scene.source));
  });

  test('and one that was dated ahead makes retention take nothing that its rules keep', async () => {
    const scene = await VaultScene.make({ drives: 1 });
    const day = 86_400_000;
    const start = Date.UTC(2026, 10, 1, 3);
    const made: string[] = [];
    for (let turn = 0; turn < 9; turn += 1) {
      at(start + turn * day + (turn === 3 ? 10 * YEAR_MS : 0));
      scene.write('file', `turn ${turn}`);
      made.push((await scene.backup({ level: 'full' })).id);
      await scene.retain({ daily: 7 });
    }
    expect((await scene.sets()).map(({ id }) => id)).toEqual(made.slice(2));
    // A time means what the clock said, not what the sets were dated to come after the wrong one.
    at(start + 9 * day);
    const { id } = await useCases.inspectVault(scene.vault);
    const store = openCatalog(catalogFile(scene.home, id), { readOnly: true });
    const asOf = (turn: number) => resolveSet(store, `files@${new Date(start + (turn + 0.5) * day).toISOString()}`).id;
    expect([2, 5, 8].map(asOf)).toEqual([2, 5, 8].map((turn) => made[turn]));
    store.close();
  });

  test('nothing is said of a clock that is a little behind', async () => {
    const scene = await VaultScene.make();
    scene.write('file', 'one');
    const first = await scene.backup();
    at(first.createdAt - 60_000);
    const second = await scene.backup();
    expect(second).toMatchObject({ createdAt: first.createdAt + 1, warnings: [] });
  });
});
