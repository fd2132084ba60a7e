import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import type { Failpoint } from '../../platform/failpoints.ts';
import { everySecond } from '../../platform/testing/every-second.ts';
import { openStore } from '../store/store.ts';
import { type KilledAt, runCommand } from '../testing/built-command.ts';
import { readListedChunks } from '../testing/catalog-content.ts';
import { noise, VaultScene } from '../testing/vault-scene.ts';
import { engineUseCases as useCases } from '../wiring.ts';

const MB = 1 << 20;
const LAST = { keepLast: 1 };
const THOROUGH = process.env.COLDFRAME_THOROUGH === '1';
/** What is durable at these is what is durable at one beside them. */
const LIKE_ANOTHER: readonly Failpoint[] = ['catalog:after-expiry', 'catalog:after-copy', 'library:before-write'];
let scene: VaultScene;

const command = (args: readonly string[], at?: KilledAt) => runCommand(scene.home, args, at);

const full = async (seed: number, bytes: number): Promise<BlockSetSummary> => {
  scene.write('large', noise(bytes, seed));
  return await scene.backup({ level: 'full' });
};

/** Everything that is listed as complete comes back as it was. */
const everySetRestores = async (): Promise<void> => {
  for (const set of await scene.sets()) {
    if (set.state !== 'complete') continue;
    const seed = seeds.get(set.id) ?? 0;
    const back = fs.readFileSync(path.join(await scene.restore(set), 'large'));
    expect(back.equals(noise(back.length, seed))).toBe(true);
  }
};
const seeds = new Map<string, number>();
const complete = async (): Promise<string[]> =>
  (await scene.sets()).filter(({ state }) => state === 'complete').map(({ id }) => id);
const marked = async (): Promise<string[]> =>
  (await useCases.listTapes(scene.vault)).filter(({ expiredAt }) => expiredAt !== null).map(({ id }) => id);

/** Three full sets on two tapes; all of the first tape is of the first two. */
const prepare = async (): Promise<BlockSetSummary[]> => {
  scene = await VaultScene.forSuite({ drives: 1, slots: 2, tapeBytes: 32 * MB });
  const sets: BlockSetSummary[] = [];
  for (const [seed, bytes] of [20 * MB, 20 * MB, MB].entries()) {
    const set = await full(seed + 1, bytes);
    seeds.set(set.id, seed + 1);
    sets.push(set);
  }
  // Commands take a home with catalogs and without a database for one that lost it.
  openStore(path.join(scene.home, 'console.db')).close();
  expect(await command(['vault', 'open', scene.vault])).toBe(0);
  expect(await command(['retention', 'set', 'files', '--keep-last', '1'])).toBe(0);
  // That most of it went with the last set is unusual, and nobody has looked.
  expect(await command(['--yes', 'retention', 'apply', 'files'])).toBe(1);
  expect(await command(['retention', 'acknowledge', 'files'])).toBe(0);
  return sets;
};

let before: string[];
let newest: string;

beforeAll(async () => {
  before = (await prepare()).map(({ id }) => id);
  newest = before.at(-1) as string;
  scene.keep();
});
afterAll(() => scene?.remove());

describe('a run of retention that is killed', () => {
  beforeEach(() => scene.reset());

  const places: readonly (readonly [Failpoint, hit: number, expired: boolean, free: boolean])[] = [
    ['catalog:inside-expiry', 1, false, false],
    ['catalog:after-expiry', 1, true, false],
    ['catalog:before-copy', 1, true, false],
    ['catalog:after-copy', 1, true, false],
    // The note beside the copy; the first is of what the plan saw.
    ['durable-write:before-rename', 2, true, false],
    ['retention:after-publish', 1, true, false],
    ['library:before-write', 1, true, false],
    ['library:after-write', 1, true, true],
  ];
  test.each(everySecond(places.filter(([at]) => THOROUGH || !LIKE_ANOTHER.includes(at))))(
    'at %s, time %i, leaves what is kept, and the next run finishes it',
    async (at, hit, gone, free) => {
      expect(await command(['--yes', 'retention', 'apply', 'files'], `${at}:${hit}`)).toBe('SIGKILL');
      expect(await complete()).toEqual(gone ? [newest] : before);
      expect(await marked()).toEqual(free ? ['CF0001'] : []);
      await everySetRestores();
      expect(await scene.retain(LAST)).toMatchObject({ expired: { length: gone ? 0 : 2 }, kept: 1, warnings: [] });
      expect(await complete()).toEqual([newest]);
      expect(await marked()).toEqual(['CF0001']);
      await everySetRestores();
      expect(await readListedChunks(scene.home, scene.vault)).toBeGreaterThan(0);
    },
  );
});

describe('a backup that is killed where it labels a tape anew', () => {
  beforeAll(async () => {
    scene.reset();
    expect(await command(['--yes', 'retention', 'apply', 'files'])).toBe(0);
    expect(await marked()).toEqual(['CF0001']);
    scene.write('large', noise(24 * MB, 9));
    scene.keep();
  });
  beforeEach(() => scene.reset());

  test.each<Failpoint>(everySecond(['label:before-write', 'label:after-write']))(
    'at %s leaves what is kept, and the tape is used by the next one',
    async (at) => {
      expect(await command(['backup', 'files', '--level', 'full'], at)).toBe('SIGKILL');
      expect(await complete()).toEqual([newest]);
      await everySetRestores();
      const next = await scene.backup({ level: 'full' });
      seeds.set(next.id, 9);
      expect(next).toMatchObject({ state: 'complete', warnings: [] });
      expect(next.tapes).toContain('CF0001');
      expect(await marked()).toEqual([]);
      await everySetRestores();
      expect(await scene.verify(null)).toMatchObject({ damaged: [], missingTapes: [], incomplete: [] });
    },
  );
});
