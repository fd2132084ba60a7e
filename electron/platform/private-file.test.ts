import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makePrivate } from './private-file.ts';

test.runIf(process.platform !== 'win32')('makes what only its owner can read, and leaves alone what is there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-private-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const before = process.umask(0);
  try {
    makePrivate(`${folder}/new`);
  } finally {
    process.umask(before);
  }
  expect(statSync(`${folder}/new`).mode & 0o777).toBe(0o600);
  writeFileSync(`${folder}/there`, 'as it is');
  chmodSync(`${folder}/there`, 0o640);
  makePrivate(`${folder}/there`);
  expect(readFileSync(`${folder}/there`, 'utf8')).toBe('as it is');
  expect(statSync(`${folder}/there`).mode & 0o777).toBe(0o640);
  expect(() => makePrivate(`${folder}/no/folder`)).not.toThrow();
});
