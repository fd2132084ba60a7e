import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { setId } from '../../../shared/units.ts';
import { numbersFrom } from '../../engine/restore/restore-test/random-numbers.ts';
import { openStore } from '../store/store.ts';
import { endOf, runCommand, startCommand } from '../testing/built-command.ts';
import { noise, VaultScene } from '../testing/vault-scene.ts';
import { engineUseCases as useCases } from '../wiring.ts';

const RUNS = Number(process.env.COLDFRAME_RETENTION_KILLS ?? 3);
const random = numbersFrom(Number(process.env.COLDFRAME_RETENTION_SEED ?? 1));
const LAST = { keepLast: 1 };
const KB = 1 << 10;
/** Bytes of content of each set; the last one alone stays. */
const SIZES = [200 * KB, 201 * KB, 202 * KB];

let scene: VaultScene;
let before: string[];
/** How long a run takes from when its console has the home, milliseconds. */
let longest = 0;

/** A run of retention in a process of its own, killed so many milliseconds after its console has the home. */
const retainAndKill = async (after: number | null): Promise<NodeJS.Signals | number> => {
  const child = startCommand(scene.home, ['--yes', 'retention', 'apply', 'files']);
  const ended = endOf(child);
  const holder = path.join(scene.home, 'holder.json');
  while (!fs.existsSync(holder) && child.exitCode === null) await wait(1);
  const began = performance.now();
  if (after !== null) {
    await wait(after);
    child.kill('SIGKILL');
  }
  const end = await ended;
  if (after === null) longest = performance.now() - began;
  return end;
};

const complete = async (): Promise<BlockSetSummary[]> =>
  (await scene.sets()).filter(({ state }) => state === 'complete');
const idsOf = (sets: readonly BlockSetSummary[]): string[] => sets.map(({ id }) => id);
const marked = async (): Promise<string[]> =>
  (await useCases.listTapes(scene.vault)).filter(({ expiredAt }) => expiredAt !== null).map(({ id }) => id);
const restored = async (set: string, size: number): Promise<void> => {
  const folder = await scene.restore({ id: setId(set) });
  expect(fs.readFileSync(path.join(folder, 'large')).equals(noise(size, size))).toBe(true);
};

beforeAll(async () => {
  scene = await VaultScene.forSuite({ drives: 1, slots: 2, tapeBytes: 32 << 20 });
  for (const [at, size] of SIZES.entries()) {
    // Nothing that stays lies on the first tape.
    if (at === 2) await useCases.protectTape(scene.vault, 'CF0001', true);
    scene.write('large', noise(size, size));
    await scene.backup({ level: 'full' });
  }
  await useCases.protectTape(scene.vault, 'CF0001', false);
  before = idsOf(await complete());
  // Commands take a home with catalogs and without a database for one that lost it.
  openStore(path.join(scene.home, 'console.db')).close();
  for (const args of [
    ['vault', 'open', scene.vault],
    ['retention', 'set', 'files', '--keep-last', '1'],
  ])
    expect(await runCommand(scene.home, args)).toBe(0);
  fs.rmSync(path.join(scene.home, 'holder.json'), { force: true });
  scene.keep();
  expect(await retainAndKill(null)).toBe(0);
  expect(await marked()).toEqual(['CF0001']);
});
beforeEach(() => scene.reset());
afterAll(() => scene?.remove());

const moments = Array.from({ length: RUNS }, () => random());

test.each(moments)('a run of retention that is killed after %d of its time leaves all that is kept', async (share) => {
  const end = await retainAndKill(share * longest);
  const left = idsOf(await complete());
  const newest = before.slice(-1);
  // All of what expires goes at once, or none of it.
  const gone = left.length === 1;
  expect(left).toEqual(gone ? newest : before);
  if (end !== 'SIGKILL') expect({ end, gone }).toEqual({ end: 0, gone: true });
  const free = await marked();
  if (free.length > 0) expect({ free, gone }).toEqual({ free: ['CF0001'], gone: true });
  const sound = { sets: left.length, damaged: [], missingTapes: [], incomplete: [] };
  if (!gone) expect(await scene.verify(null)).toMatchObject(sound);
  expect(await scene.retain(LAST)).toMatchObject({ expired: { length: gone ? 0 : 2 }, kept: 1, warnings: [] });
  expect(idsOf(await complete())).toEqual(newest);
  expect(await marked()).toEqual(['CF0001']);
  await restored(newest[0] as string, SIZES.at(-1) as number);
});
