import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asColdframeError } from '../../../shared/errors.ts';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { cancelledWhen, noise, quiet, VaultScene } from '../testing/vault-scene.ts';

const KIB = 1024;
const RUNS = Number(process.env.COLDFRAME_RECLAIM_RUNS ?? 1);

/** What happens to a vault, one after the other. */
const act = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('backup' as const),
      file: fc.nat(3),
      kib: fc.integer({ min: 1, max: 400 }),
      full: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('merge' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('expire' as const), keep: fc.integer({ min: 1, max: 2 }) }) },
  // Cancelled after so many looks at it; the last one is not.
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('reclaim' as const),
      below: fc.constantFrom(30, 60, 100),
      stopAt: fc.option(fc.nat(4)),
    }),
  },
);

test(
  'whatever was backed up, expired and reclaimed, every set that is kept restores, from the tapes alone as well',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { minLength: 3, maxLength: RUNS > 1 ? 9 : 5 }),
        fc.constantFrom(1, 2, 3),
        async (acts, drives) => {
          const scene = await VaultScene.forSuite({ drives, slots: 5, tapeBytes: 32 << 20 });
          try {
            await play(scene, acts);
          } finally {
            scene.remove();
          }
        },
      ),
      { numRuns: RUNS, ...(RUNS > 1 ? {} : { seed: 25 }) },
    );
  },
  RUNS * 120_000,
);

type Act = typeof act extends fc.Arbitrary<infer One> ? One : never;

const play = async (scene: VaultScene, acts: readonly Act[]): Promise<void> => {
  const trees = new Map<string, Map<string, string>>();
  const backUp = async (file: number, kib: number, full: boolean, seed: number): Promise<void> => {
    scene.write(`file-${file}`, noise(kib * KIB, seed));
    const { id } = await scene.backup({ level: full ? 'full' : 'auto' });
    trees.set(id, listTree(scene.source));
  };
  // Two fulls on one tape, so that something can expire in any case.
  await backUp(0, 300, true, 1);
  await backUp(1, 20, true, 2);
  for (const [at, one] of acts.entries()) {
    if (one.kind === 'backup') await backUp(one.file, one.kib, one.full, at + 3);
    else if (one.kind === 'merge') trees.set((await scene.merge()).id, listTree(scene.source));
    else if (one.kind === 'expire') await scene.retain({ keepLast: one.keep });
    else await reclaim(scene, one.below, one.stopAt);
  }
  await scene.retain({ keepLast: 2 });
  await reclaim(scene, 100, null);
  const kept = (await scene.sets()).filter(({ state }) => state === 'complete');
  expect(kept.length).toBeGreaterThan(0);
  if (RUNS > 1) expect(await scene.verify(null)).toMatchObject({ damaged: [], missingTapes: [], incomplete: [] });
  fs.rmSync(path.join(scene.vault, 'catalog'), { recursive: true });
  const home = scene.folder('alone');
  await scene.rebuild(home);
  const states = new Map((await scene.sets(home)).map(({ id, state }) => [id as string, state]));
  for (const { id } of kept) {
    expect(states.get(id)).toBe('complete');
    for (const from of [scene.home, home]) expect(listTree(await scene.restore({ id }, from))).toEqual(trees.get(id));
  }
};

const reclaim = async (scene: VaultScene, below: number, stopAt: number | null): Promise<void> => {
  let looks = 0;
  const job = stopAt === null ? quiet() : cancelledWhen(() => ++looks > stopAt);
  try {
    expect((await scene.reclaim({ below }, job)).warnings).toEqual([]);
  } catch (thrown) {
    const { kind, code } = asColdframeError(thrown);
    if (kind !== 'cancelled' && code !== 'OUT_OF_TAPES') throw thrown;
  }
};
