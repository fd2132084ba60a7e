import { execFileSync } from 'node:child_process';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isThere } from '../platform/answering-folder.ts';
import { demandAnswer, demandWriteAnswer } from './demand-answer.ts';

const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'coldframe-answer-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
};

/** Who opens it hangs until somebody writes to it, as on a disk that does not answer. */
const silent = (): string => {
  const path = join(folder(), 'fifo');
  execFileSync('mkfifo', [path]);
  return path;
};

test('a vault whose disk does not answer is not touched until it does, and is looked at once at a time', async () => {
  const vault = silent();
  const error = { code: 'VAULT_SILENT', context: { vault } };
  const both = [demandAnswer(vault, 1200), demandAnswer(vault, 1200)];
  await Promise.all(both.map((each) => expect(each).rejects.toMatchObject(error)));
  // Whoever comes later hears it at once, whatever he is after.
  const began = performance.now();
  await expect(demandWriteAnswer(vault, 1200)).rejects.toMatchObject(error);
  expect(await isThere(vault)).toBe(false);
  expect(performance.now() - began).toBeLessThan(1000);
  expect(await isThere(folder())).toBe(true);
  openSync(vault, 'r+');
  await expect.poll(() => demandAnswer(vault).then(() => 'answers', String)).toBe('answers');
});

test('a disk that says what is wrong answers, and nothing is left of a look', async () => {
  const vault = folder();
  await demandWriteAnswer(vault);
  expect(await readdir(vault)).toEqual([]);
  await demandWriteAnswer(join(vault, 'gone'));
});
