import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ColdframeError } from '../../../shared/errors.ts';
import { ioError } from '../../platform/errno.ts';
import { type LibraryState, readLibrary } from './library-state.ts';
import { outOfPlace, putInPlace } from './own-places.ts';
import { createVault } from './vault.ts';

const moves = vi.hoisted(() => ({ failAt: 0 }));
vi.mock(import('../../platform/move-file.ts'), async (original) => {
  const { moveFile } = await original();
  return {
    moveFile: (from, to) => {
      if (moves.failAt > 0 && --moves.failAt === 0) throw ioError('move', 'EIO', to);
      moveFile(from, to);
    },
  };
});

const VOLUMES = ['CF0001', 'CF0002', 'CF0003', 'CF0004'];
const NAMES = [...VOLUMES, 'ZZ0001', 'ZZ0002'];
let folder: string;
let state: LibraryState;
const content = new Map<string, Buffer>();

const file = (name: string): string => path.join(folder, 'vault/tapes', `${name}L8.tap`);

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-places-'));
  const { vault } = await createVault({ dir: path.join(folder, 'vault'), name: 'v' });
  for (const volume of VOLUMES) {
    vault.library.label({ barcode: `${volume}L8` });
    content.set(volume, fs.readFileSync(file(volume)));
  }
  await vault.close();
  state = readLibrary(path.join(folder, 'vault'));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Which tape, or what else, lies under each name. */
const shelf = (): Map<string, Buffer> =>
  new Map(
    fs
      .readdirSync(path.dirname(file('')))
      .map((name) => [name, fs.readFileSync(path.join(path.dirname(file('')), name))]),
  );

const lay = (names: readonly string[], junk: readonly string[]): void => {
  for (const name of shelf().keys()) fs.rmSync(path.join(path.dirname(file('')), name));
  for (const [at, volume] of VOLUMES.entries())
    fs.writeFileSync(file(names[at] as string), content.get(volume) as Buffer);
  for (const name of junk) if (!fs.existsSync(file(name))) fs.writeFileSync(file(name), `none, as ${name}`);
};

const sorted = (files: Iterable<Buffer>): string[] => [...files].map((bytes) => bytes.toString('latin1')).sort();

test('under whatever names tapes lie, and however often it is killed on the way, all get their own, and no file is lost or written over', () => {
  const order = fc.shuffledSubarray(NAMES, { minLength: 4, maxLength: 4 });
  const scene = fc.tuple(order, fc.subarray(NAMES), fc.array(fc.nat(8), { maxLength: 4 }));
  fc.assert(
    fc.property(scene, ([names, junk, kills]) => {
      lay(names, junk);
      const before = sorted(shelf().values());
      for (const kill of kills) {
        let left = kill;
        const demand = (): void => {
          left -= 1;
          if (left < 0) throw new ColdframeError('VAULT_HELD', { message: 'killed', guidance: '' });
        };
        try {
          putInPlace(path.join(folder, 'vault'), state, null, demand);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'VAULT_HELD' });
        }
        expect(sorted(shelf().values())).toEqual(before);
        expect([...shelf().keys()].every((name) => /^[A-Z0-9]{8}\.tap$/.test(name))).toBe(true);
      }
      expect(putInPlace(path.join(folder, 'vault'), state, null, () => undefined)).toMatchObject({
        doubtful: [],
        failure: null,
      });
      expect(sorted(shelf().values())).toEqual(before);
      for (const volume of VOLUMES)
        expect(fs.readFileSync(file(volume)).equals(content.get(volume) as Buffer)).toBe(true);
      expect(outOfPlace(path.join(folder, 'vault'), state, null)).toEqual({ elsewhere: [], doubtful: [] });
    }),
    { numRuns: 60, seed: 5 },
  );
});

test('what lies in a place and cannot be read may be that tape, and stays', () => {
  lay(['ZZ0001', 'CF0002', 'CF0003', 'CF0004'], []);
  fs.mkdirSync(file('CF0001'));
  const { put, doubtful } = putInPlace(path.join(folder, 'vault'), state, null, () => undefined);
  fs.rmdirSync(file('CF0001'));
  expect(put).toEqual([]);
  const message = expect.stringContaining('its file lies as ZZ0001L8.tap, while what lies in its place may be it too');
  expect(doubtful).toMatchObject([{ barcode: 'CF0001L8', message }]);
});

test.each([1, 2, 3])('a disk that takes no more at move %i leaves every file under some name, and says why', (at) => {
  lay(['CF0002', 'CF0001', 'CF0003', 'ZZ0001'], []);
  const before = sorted(shelf().values());
  moves.failAt = at;
  const { failure } = putInPlace(path.join(folder, 'vault'), state, null, () => undefined);
  moves.failAt = 0;
  expect(failure).toMatchObject({ code: 'IO' });
  expect(sorted(shelf().values())).toEqual(before);
  expect(putInPlace(path.join(folder, 'vault'), state, null, () => undefined).failure).toBeNull();
  for (const volume of VOLUMES) expect(fs.readFileSync(file(volume)).equals(content.get(volume) as Buffer)).toBe(true);
});
