import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { VaultScene } from '../testing/vault-scene.ts';

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

  test('nothing is said of a clock that is a little behind', async () => {
    const scene = await VaultScene.make();
    scene.write('file', 'one');
    const first = await scene.backup();
    at(first.createdAt - 60_000);
    const second = await scene.backup();
    expect(second).toMatchObject({ createdAt: first.createdAt + 1, warnings: [] });
  });
});
