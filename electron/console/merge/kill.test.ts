import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listTree } from '../../engine/restore/testing/tree-listing.ts';
import { everySecond } from '../../platform/testing/every-second.ts';
import { type KilledAt, runCommand } from '../testing/built-command.ts';
import { readListedChunks } from '../testing/catalog-content.ts';
import { noise, VaultScene } from '../testing/vault-scene.ts';

let scene: VaultScene;

const command = (args: readonly string[], at?: KilledAt) => runCommand(scene.home, args, at);

/** A vault with a full and an incremental set, made by the console of the home; every test begins with the same. */
beforeAll(async () => {
  scene = await VaultScene.forSuite();
  scene.write('large', noise(12 << 20, 1));
  scene.write('small', 'one');
  const files = ['object', 'add', 'files', '--vault', scene.vault, '--files', scene.source];
  expect(await command(['vault', 'open', scene.vault])).toBe(0);
  expect(await command(files)).toBe(0);
  expect(await command(['backup', 'files'])).toBe(0);
  scene.write('small', 'two');
  expect(await command(['backup', 'files'])).toBe(0);
  scene.keep();
});
beforeEach(() => scene.reset());
afterAll(() => scene?.remove());

const complete = async (): Promise<string[]> =>
  (await scene.sets()).filter(({ state }) => state === 'complete').map(({ id }) => id);

describe('a merge that is killed', () => {
  // What is on tape before the commit counts for nothing, wherever that stopped: the other two with COLDFRAME_THOROUGH=1.
  const others: readonly KilledAt[] =
    process.env.COLDFRAME_THOROUGH === '1' ? ['tape:after-data', 'merge:after-content'] : [];
  test.each<KilledAt>(everySecond([...others, 'catalog:before-commit', 'catalog:after-commit']))(
    'at %s leaves every set as it was, and can be run again',
    async (failpoint) => {
      const before = await complete();
      expect(await command(['merge', 'files'], failpoint)).toBe('SIGKILL');
      expect(await complete()).toEqual(expect.arrayContaining(before));
      await scene.restore({ id: before.at(-1) as never });
      expect(await command(['merge', 'files'])).toBe(0);
      expect(fs.readdirSync(path.join(scene.home, 'jobs'))).toEqual([]);
      const merged = (await scene.sets()).at(-1);
      expect(merged).toMatchObject({ level: 'synthetic', state: 'complete' });
      expect(listTree(await scene.restore(merged as never))).toEqual(listTree(scene.source));
      expect(await readListedChunks(scene.home, scene.vault)).toBeGreaterThan(0);
    },
  );
});
