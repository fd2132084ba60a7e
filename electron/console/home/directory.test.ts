import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { prepareHome } from './directory.ts';
import { demandDatabase } from './missing-database.ts';

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'coldframe-homes-'));
  fs.chmodSync(folder, 0o755);
  return () => fs.rmSync(folder, { recursive: true });
});

const put = (...names: readonly string[]): void => {
  for (const name of names) fs.writeFileSync(path.join(folder, name), '');
};
const mode = (): number => fs.statSync(folder).mode & 0o777;

test('an empty folder and one that is not there become a home that nobody else can enter', () => {
  expect(prepareHome(folder)).toBe(folder);
  expect(prepareHome(path.join(folder, 'new', 'home'))).toBe(path.join(folder, 'new', 'home'));
  if (process.platform !== 'win32') expect(mode()).toBe(0o700);
});

test.each([[['notes.txt']], [['lock', 'notes.txt']], [['.hidden']], [['library.json', 'tapes']]])(
  'a folder that holds %j is refused and stays as it is',
  (names) => {
    put(...names);
    expect(() => prepareHome(folder)).toThrow(expect.objectContaining({ code: 'HOME_FOREIGN', kind: 'usage' }));
    expect(fs.readdirSync(folder).sort()).toEqual([...names].sort());
    if (process.platform !== 'win32') expect(mode()).toBe(0o755);
  },
);

test.each([
  [['console.db', 'token', 'notes.txt']],
  [['lock', 'lock-journal', 'jobs', 'catalogs']],
  [['desktop', 'lost+found']],
  [[`holder.json.${'0f'.repeat(16)}.tmp`]],
])('a folder that holds %j is a home, whole or begun', (names) => {
  put(...names);
  expect(prepareHome(folder)).toBe(folder);
});

test.each([
  [['console.db-wal'], true],
  [['holder.json', 'lock'], true],
  [['notice-secrets.json'], true],
  [['catalogs/0f.db'], true],
  [['console.db-wal', 'console.db'], false],
  [['lock', 'catalogs/', 'jobs/', 'desktop'], false],
])('a home with nothing but %j was in use and lost its database: %j', (names, lost) => {
  for (const name of names) {
    fs.mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    if (name.endsWith('/')) fs.mkdirSync(path.join(folder, name));
    else fs.writeFileSync(path.join(folder, name), 'content');
  }
  const refusal = expect.objectContaining({ code: 'HOME_DATABASE_MISSING' });
  if (lost) expect(() => demandDatabase(folder)).toThrow(refusal);
  else expect(() => demandDatabase(folder)).not.toThrow();
});

test('a database of no length beside traces of use is one that was lost', () => {
  put('console.db');
  expect(() => demandDatabase(folder)).not.toThrow();
  fs.writeFileSync(path.join(folder, 'notice-secrets.json'), '{}');
  expect(() => demandDatabase(folder)).toThrow(expect.objectContaining({ code: 'HOME_DATABASE_MISSING' }));
});
