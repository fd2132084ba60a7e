import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createFile } from './create-file.ts';

const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'coldframe-create-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
};

test('a file is made from its pieces, for its owner alone', async () => {
  const file = join(folder(), 'out.csv');
  expect(await createFile(file, ['ä', 'b', ''])).toBe(3);
  expect(readFileSync(file, 'utf8')).toBe('äb');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('what is there stays as it is, be it a file or a link that leads nowhere', async () => {
  const into = folder();
  writeFileSync(join(into, 'there'), 'old');
  symlinkSync('nowhere', join(into, 'link'));
  for (const name of ['there', 'link'])
    await expect(createFile(join(into, name), ['new'])).rejects.toMatchObject({ code: 'DESTINATION_TAKEN' });
  expect(readFileSync(join(into, 'there'), 'utf8')).toBe('old');
  expect(readdirSync(into).toSorted()).toEqual(['link', 'there']);
});

test('nothing is left when the pieces end too early, or the folder is not there', async () => {
  const into = folder();
  const cut = async function* () {
    yield 'one';
    throw new Error('no more');
  };
  await expect(createFile(join(into, 'cut'), cut())).rejects.toThrow('no more');
  await expect(createFile(join(into, 'none/file'), ['x'])).rejects.toMatchObject({ code: 'IO' });
  expect(readdirSync(into)).toEqual([]);
});
