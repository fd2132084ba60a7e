import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';

import { containerImage } from './container.ts';
import { tapePath } from './tape-shelf.ts';
import { temporaryFolder } from './testing/tapes.ts';
import { newVault, writeChunk } from './testing/vaults.ts';
import { transferTape } from './transfer-tape.ts';
import { windTape } from './wind-tape.ts';

const RECORDS = Array.from({ length: 40 }, (_, at) => Buffer.alloc(65_536, at));
const CONTENT = containerImage([...RECORDS.slice(0, 20), null, ...RECORDS.slice(20), null]);
const CHANGED = Buffer.from(CONTENT).fill(0xee, 1_000_000, 1_000_100);
const END_OF_MEDIUM = Buffer.alloc(4, 0xff);

let file: string;
let tape: string;
let told: number;
beforeEach(() => {
  const folder = temporaryFolder();
  [file, tape, told] = [path.join(folder, 'kept.tap'), path.join(folder, 'CF0001L8'), 0];
  fs.writeFileSync(file, CONTENT);
  fs.writeFileSync(tape, '');
});

/** What is held against CONTENT, whatever the file has by now. */
const wind = (writes: boolean, capacity = 1 << 30) => {
  const is = { bytes: CONTENT.length, sha256: createHash('sha256').update(CONTENT).digest('hex') };
  const cancelled = new Int32Array(new SharedArrayBuffer(4));
  return windTape({ file, is, onto: { path: tape, capacity }, writes, cancelled }, () => void told++);
};

test('what a file has comes onto a blank tape, and onto one that has the beginning of it', () => {
  expect(wind(false)).toEqual({ kind: 'blank' });
  expect(wind(true)).toEqual({ kind: 'same' });
  expect(fs.readFileSync(tape).equals(CONTENT)).toBe(true);
  expect(told).toBeLessThan(10);
  fs.truncateSync(tape, 8 * (65_536 + 8));
  expect(wind(false)).toEqual({ kind: 'begun' });
  expect(wind(true)).toEqual({ kind: 'same' });
  expect(fs.readFileSync(tape).equals(CONTENT)).toBe(true);
  fs.writeFileSync(tape, CHANGED);
  expect([wind(false), wind(true)]).toEqual([{ kind: 'different' }, { kind: 'different' }]);
  expect(fs.readFileSync(tape).equals(CHANGED)).toBe(true);
});

test('a file that changed since it was read through is never taken for the tape, and what came of it is not called right', () => {
  fs.writeFileSync(file, CHANGED);
  const error = (says: string) =>
    expect.objectContaining({ code: 'TAPE_DAMAGED', message: expect.stringContaining(says) });
  expect(() => wind(true)).toThrow(error('has changed since it was read through. What the tape has by now'));
  expect(() => wind(false)).toThrow(error('has changed since it was read through. Nothing was changed'));
});

test('a file that changes while it is read through is checked after its digest, which then is not that of what was checked', async () => {
  const { vault, dir, library } = await newVault();
  await writeChunk(vault, null);
  const [record] = library.state.tapes.filter(({ chunks }) => chunks > 0);
  if (record === undefined) throw new RangeError('nothing was written');
  fs.copyFileSync(tapePath(dir, record.barcode), file);
  const before = fs.readFileSync(file);
  const access = {
    vault: vault.id,
    volume: record.volume,
    // Asked for when the checks begin.
    get vaultKey() {
      fs.writeFileSync(file, Buffer.concat([before, containerImage([null])]));
      return null;
    },
  };
  const cancelled = new Int32Array(new SharedArrayBuffer(4));
  const found = transferTape({ from: { path: file }, to: null, compare: false, access, cancelled }, () => undefined);
  expect(fs.statSync(file).size).toBeGreaterThan(before.length);
  expect(found?.sha256).toBe(createHash('sha256').update(before).digest('hex'));
});

test('a file in which a word ends the medium is the tape that has what lies before it', () => {
  fs.writeFileSync(file, Buffer.concat([CONTENT, END_OF_MEDIUM]));
  expect(wind(true)).toEqual({ kind: 'same' });
  expect(wind(false)).toEqual({ kind: 'same' });
  expect(fs.readFileSync(tape).equals(CONTENT)).toBe(true);
});

test('a file that is larger than the tape is refused before anything is written', () => {
  const full = expect.objectContaining({ code: 'TAPE_FULL', context: expect.objectContaining({ left: 1_000_000 }) });
  expect(() => wind(false, 1_000_000)).toThrow(full);
  expect(() => wind(true, 1_000_000)).toThrow(full);
  expect(fs.statSync(tape).size).toBe(0);
});

test('a tape that is noted as being made anew is as it was before when nothing was written to it', async () => {
  const { library } = await newVault();
  const [before] = library.state.tapes;
  if (before === undefined) throw new RangeError('a vault without a tape');
  const takeBack = library.beginWind(before.volume, { sequence: 7, labelledAt: 1000 });
  expect(library.tape(before.volume)).toMatchObject({ state: 'damaged', damagedBy: 'import', sequence: 7 });
  takeBack();
  expect(library.tape(before.volume)).toEqual(before);
});
