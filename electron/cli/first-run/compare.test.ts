import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compareFolders } from './compare.ts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldframe-compare-'));
  mkdirSync(at('one', 'deep'), { recursive: true });
  writeFileSync(at('one', 'a'), 'content');
  writeFileSync(at('one', 'deep', 'b'), Buffer.alloc(3 << 20, 7));
  symlinkSync('a', at('one', 'link'));
  cpSync(at('one'), at('two'), { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  for (const each of ['one', 'two']) {
    utimesSync(at(each, 'deep'), 9, 9);
    utimesSync(at(each), 9, 9);
  }
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a true copy is the same', () => {
  expect(compareFolders(at('one'), at('two'))).toEqual({ elements: 5, bytes: 7 + (3 << 20), differences: [] });
});

test.each([
  ['a byte', () => writeWithTime('b'), 'other content'],
  ['a name that is missing', () => rmSync(at('two', 'a')), 'is missing'],
  ['a name that is new', () => writeFileSync(at('two', 'new'), ''), 'was not there before'],
  ['rights', () => chmodSync(at('two', 'a'), 0o777), 'other rights'],
  ['a time', () => utimesSync(at('two', 'a'), 1, 1), 'another time'],
])('%s that differs is found', (_, change, words) => {
  change();
  expect(compareFolders(at('one'), at('two')).differences.join('\n')).toContain(words);
});

/** Changes the last byte of the long file and nothing that a listing shows. */
const writeWithTime = (name: string) => {
  utimesSync(at('one', 'deep', name), 5, 5);
  writeFileSync(at('two', 'deep', name), Buffer.concat([Buffer.alloc((3 << 20) - 1, 7), Buffer.of(8)]));
  utimesSync(at('two', 'deep', name), 5, 5);
};
