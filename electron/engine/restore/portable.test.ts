import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { restore } from './testing/restoring.ts';
import { sampleElements, sampleSet } from './testing/sample-set.ts';
import { leftBehind, listTree } from './testing/tree-listing.ts';
import { asPath, WrittenSet } from './testing/written-set.ts';

const layer = 'portable';
let folder = '';
let to = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-portable-'));
  to = join(folder, 'to');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

/** Without what a double cannot hold of a time. */
const roughly = (tree: Map<string, string>): string[] =>
  [...tree].map(([name, line]) => `${name} ${line.replace(/(\d{12,})\d{3}\b/, '$1')}`);

test('the portable layer restores what the one of Linux restores, but for FIFOs, which it names', async () => {
  const set = sampleSet(folder);
  const { warnings, restored } = await restore({ set, folder, to, layer });
  expect(warnings.map(({ path, message }) => [path, /FIFOs are not made/.test(message)])).toEqual([['/d/pipe', true]]);
  expect(restored).toBe(sampleElements().length - 1);
  expect(leftBehind(to)).toEqual([]);
  const native = join(folder, 'native');
  mkdirSync(join(folder, 'other'));
  await restore({ set, folder: join(folder, 'other'), to: native });
  const wanted = listTree(native);
  wanted.delete('d/pipe');
  expect(roughly(listTree(to))).toEqual(roughly(wanted));
});

test('the portable layer says what attributes it leaves out, once a kind', async () => {
  const extendedAttributes = [{ name: asPath('user.note'), value: Buffer.from('1') }];
  const runs = [{ offset: 0, content: Buffer.from('content') }];
  const set = new WrittenSet(
    ['/a', '/b'].map((path) => ({ path, runs, extendedAttributes, fileFlags: 0x40 })),
    { folder, tapes: 1, unitBytes: 1000, unitsInChunk: 3, vaultKey: null },
  );
  const { warnings, restored } = await restore({ set, folder, to, layer });
  expect(restored).toBe(2);
  expect(warnings).toHaveLength(2);
  const said = warnings.map(({ message }) => message).join();
  expect(said).toMatch(/extended attributes user\.\*/);
  expect(said).toMatch(/file flags/);
});

test('the portable layer leaves alone what stands there, under every policy, and never follows a link', async () => {
  const set = sampleSet(folder);
  const outside = join(folder, 'outside');
  mkdirSync(outside);
  mkdirSync(join(to, 'd/f2'), { recursive: true });
  writeFileSync(join(to, 'd/f0'), 'mine');
  writeFileSync(join(to, 'd/f2/precious'), 'mine');
  symlinkSync(outside, join(to, 'd/sub'));
  await expect(restore({ set, folder, to, layer })).rejects.toMatchObject({ code: 'DESTINATION_TAKEN' });
  await restore({ set, folder, to, layer, policy: 'skip' });
  expect(readFileSync(join(to, 'd/f0'), 'utf8')).toBe('mine');
  await restore({ set, folder, to, layer, policy: 'overwrite' });
  expect(readFileSync(join(to, 'd/f0')).length).toBe(100);
  expect(existsSync(join(to, 'd/f2/precious'))).toBe(true);
  expect(readdirSync(outside)).toEqual([]);
});
