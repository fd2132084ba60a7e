import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'coldframe-make-folder-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

test('makes what is missing above it, too, for the owner alone; what is there stays as it is', () => {
  makeFolder(join(place, 'a/b/c'));
  for (const each of ['a', 'a/b', 'a/b/c']) expect(statSync(join(place, each)).mode & 0o777).toBe(0o700);
  makeFolder(join(place, 'a/b'));
  symlinkSync('a', join(place, 'link'));
  makeFolder(join(place, 'link'));
  makeFolder('/');
});

test('a file in the way, a link to nothing and a file system that makes no folders are errors at once', () => {
  writeFileSync(join(place, 'file'), '');
  symlinkSync('nowhere', join(place, 'dangling'));
  const codeOf = (path: string) => {
    try {
      makeFolder(path);
      return null;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code;
    }
  };
  expect(codeOf(join(place, 'file'))).toBe('EEXIST');
  expect(codeOf(join(place, 'file/beneath'))).toBe('ENOTDIR');
  expect(codeOf(join(place, 'dangling'))).toMatch(/^E/);
  if (process.platform === 'linux') expect(codeOf('/proc/x/y')).toBe('ENOENT');
});
