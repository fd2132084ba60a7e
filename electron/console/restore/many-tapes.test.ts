import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { VaultScene } from '../testing/vault-scene.ts';
import { engineUseCases as useCases } from '../wiring.ts';

const TAPES = 12;
let scene: VaultScene;
let newest: BlockSetSummary;

beforeAll(async () => {
  scene = await VaultScene.forSuite({ drives: 4, slots: TAPES, tapeBytes: 32 << 20 });
  for (let n = 1; n <= TAPES; n += 1) {
    scene.write(`file-${n}`, `what lies on tape ${n}\n`.repeat(n * 1000));
    newest = await scene.backup({ streams: 1 });
    // The next set has to go elsewhere.
    for (const tape of newest.tapes) await useCases.protectTape(scene.vault, tape, true);
  }
});
afterAll(() => scene.remove());

/** Leaves a library so many empty drives, whose counters begin at 0. */
const withDrives = (count: number): void => {
  const file = path.join(scene.vault, 'library.json');
  const drives = Array.from({ length: count }, (_, at) => ({ number: at + 1, tape: null, mounts: 0 }));
  fs.writeFileSync(file, JSON.stringify({ ...JSON.parse(fs.readFileSync(file, 'utf8')), drives }));
};

/** How often each was put into a drive, or had a tape put into it, by what the library counted. */
const counted = async () => {
  const { tapes, drives } = await useCases.showLibrary(scene.vault);
  return {
    tapes: new Map(tapes.map(({ id, mounts }) => [id, mounts])),
    drives: drives.map(({ mounts }) => mounts),
  };
};

/** Into which drive each tape went, as the robot wrote it down since a move. */
const mountedSince = async (moves: number): Promise<readonly (readonly [string | null, number])[]> => {
  const { moves: log, total } = await useCases.showRobotLog(scene.vault, { limit: 10_000 });
  const fresh = log.slice(0, total - moves);
  expect(fresh.every(({ outcome }) => outcome === 'done')).toBe(true);
  return fresh.filter(({ to }) => to.kind === 'drive').map(({ tape, to }) => [tape, to.number] as const);
};

test.each([1, 2, 4])('a restore from twelve tapes with %i of the drives mounts each tape once', async (count) => {
  withDrives(count);
  const before = await counted();
  const { total: moves } = await useCases.showRobotLog(scene.vault, {});
  expect(before.tapes.size).toBe(TAPES);
  const { mounts, place } = await scene.restoreResult(newest);
  expect(listTree(path.join(place.path, scene.source))).toEqual(listTree(scene.source));
  const into = await mountedSince(moves);
  expect(into).toHaveLength(TAPES);
  expect(new Set(into.map(([tape]) => tape))).toEqual(new Set(before.tapes.keys()));
  expect(new Set(into.map(([, drive]) => drive)).size).toBe(count);
  const after = await counted();
  for (const [tape, times] of before.tapes) expect([tape, after.tapes.get(tape)]).toEqual([tape, times + 1]);
  expect(after.drives.reduce((sum, times) => sum + times, 0)).toBe(TAPES);
  expect(after.drives.filter((times) => times > 0)).toHaveLength(count);
  const told = new Map(mounts.map(({ tape, count: times }) => [tape, times]));
  expect([mounts.length, told]).toEqual([TAPES, new Map([...before.tapes.keys()].map((tape) => [tape, 1]))]);
});
