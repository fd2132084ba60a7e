import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type DamagedChunk, DamagedChunks } from './damaged-chunks.ts';

const anywhere: DamagedChunk = { set: 'a', sequence: 3, tape: 'CF0001', kind: 'data' };
const at = (block: number): DamagedChunk => ({ ...anywhere, block });

const catalog = (chunks: readonly DamagedChunk[]): string => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'coldframe-damaged-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  fs.writeFileSync(path.join(folder, 'c.damaged.json'), JSON.stringify({ version: 1, chunks }));
  return path.join(folder, 'c');
};

test('a place that is damaged says nothing of another one on the same tape', () => {
  const file = catalog([]);
  DamagedChunks.note(file, [at(10)], [at(90)]);
  const known = DamagedChunks.of(file);
  expect([known.lists(at(10)), known.lists(at(90)), known.has({ set: 'a', chunk: 3 })]).toEqual([true, false, true]);
  DamagedChunks.note(file, [], [at(10)]);
  expect(DamagedChunks.of(file).chunks).toEqual([]);
});

test('what was found counts as unheard of until a job told of it, however often it is found, and again once it was right', () => {
  const file = catalog([]);
  const unheard = (...found: DamagedChunk[]) => DamagedChunks.of(file).unheard(found);
  expect(unheard(at(10), at(10), at(90))).toBe(2);
  DamagedChunks.note(file, [at(10)], []);
  DamagedChunks.note(file, [at(10)], []);
  expect(unheard(at(10))).toBe(1);
  // Only what is on record still: what was found right meanwhile does not come back by it.
  DamagedChunks.tell(file, [at(10), at(90)]);
  expect([unheard(at(10)), unheard(at(10), at(90))]).toEqual([0, 1]);
  DamagedChunks.note(file, [at(10)], []);
  expect(unheard(at(10))).toBe(0);
  DamagedChunks.note(file, [], [at(10)]);
  expect(unheard(at(10))).toBe(1);
});

test('what was noted before it was kept who was told is told once more', () => {
  const file = catalog([at(10), { ...at(90), untold: true } as DamagedChunk]);
  expect(DamagedChunks.of(file).unheard([at(10), at(90)])).toBe(2);
});

test('a note of before places were kept means all of the tape, until one of them is found right', () => {
  const file = catalog([anywhere]);
  const known = DamagedChunks.of(file);
  expect([known.lists(at(10)), known.lists(at(90)), known.lists({ ...at(10), tape: 'CF0002' })]).toEqual([
    true,
    true,
    false,
  ]);
  DamagedChunks.note(file, [at(10)], [at(90)]);
  expect(DamagedChunks.of(file).chunks).toEqual([at(10)]);
  DamagedChunks.note(file, [], [...DamagedChunks.of(file).chunks]);
  expect(DamagedChunks.of(file).chunks).toEqual([]);
  const old = catalog([anywhere]);
  DamagedChunks.note(old, [], [anywhere]);
  expect(DamagedChunks.of(old).chunks).toEqual([]);
});
