import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { millis } from '../../../shared/units.ts';
import { careOf, cleaningTapes, wantsCleaning } from './cleaning.ts';
import { Library } from './library.ts';
import { readLibrary } from './library-state.ts';
import { createVault } from './vault.ts';
import { writableTapes } from './writable-tapes.ts';

let dir: string;
let library: Library;
/** Durable writes until the process ends; null: it does not. */
let left: number | null;

const code = (wanted: string): unknown => expect.objectContaining({ code: wanted });
const reopened = (): Library => {
  const demand = (): void => {
    if (left === 0) throw new RangeError('killed');
    if (left !== null) left -= 1;
  };
  return new Library({ dir, now: () => millis(1_800_000_000_000), demand, readOnly: false }, readLibrary(dir));
};
const drive = (number: number) => {
  const found = library.state.drives.find((one) => one.number === number);
  if (!found) throw new Error('no drive');
  return found;
};
const wanted = () => library.state.drives.map((one) => wantsCleaning(library.state, one));
const uses = () => cleaningTapes(library.state).map(({ barcode, usesLeft }) => `${barcode} ${usesLeft}`);

beforeEach(async () => {
  left = null;
  dir = join(mkdtempSync(join(tmpdir(), 'coldframe-cleaning-')), 'vault');
  const { vault } = await createVault({ dir, name: 'cleaned', slots: 2, drives: 2, codec: 'none' });
  await vault.close();
  library = reopened();
});
afterEach(() => rmSync(join(dir, '..'), { recursive: true, force: true }));

test('a cleaning tape is none of the tapes that are labelled, written to or given a slot', () => {
  library.cleaning.add();
  library.cleaning.add({ barcode: 'CLNU01L1', uses: 7 });
  expect(uses()).toEqual(['CLN001CU 50', 'CLNU01L1 7']);
  expect(library.state.tapes).toHaveLength(2);
  expect(writableTapes(library.state, 'data', () => false).map(({ barcode }) => barcode)).toEqual([
    'CF0001L8',
    'CF0002L8',
  ]);
  for (const refused of [
    () => library.label({ barcode: 'CLN001CU' }),
    () => library.tape('CLN001CU'),
    () => library.cleaning.add({ barcode: 'CF0009L8' }),
    () => library.cleaning.add({ barcode: 'CLN9' }),
  ])
    expect(refused).toThrow(code('USAGE') as Error);
  expect(() => library.cleaning.add({ barcode: 'CLN001L8' })).not.toThrow();
  expect(() => library.cleaning.add({ barcode: 'CLN001CU' })).toThrow(code('TAPE_EXISTS') as Error);
  expect(readdirSync(join(dir, 'tapes'))).toEqual([]);
});

test('cleaning puts away what is in the drive, counts a use, and takes the tape with the fewest uses left', () => {
  library.cleaning.add({ uses: 3 });
  library.cleaning.add({ uses: 1 });
  const { volume } = library.label();
  library.load(1, volume);
  library.cleaning.begin(1);
  expect([drive(1).tape, careOf(drive(1)).tape]).toEqual([null, 'CLN002CU']);
  library.cleaning.end(1, { cleaned: true });
  expect(careOf(drive(1))).toEqual({ bytes: 0, asked: null, at: 1_800_000_000_000, tape: null });
  expect(uses()).toEqual(['CLN001CU 3', 'CLN002CU 0']);
  expect(() => library.cleaning.begin(1, 'CLN002CU')).toThrow(code('NO_CLEANING_TAPE') as Error);
  expect(() => library.cleaning.begin(1, 'CLN009CU')).toThrow(code('NO_SUCH_TAPE') as Error);
  expect(() => library.cleaning.begin(3)).toThrow(code('USAGE') as Error);
  library.cleaning.begin(2);
  library.cleaning.end(2, { cleaned: false, usedUp: true });
  expect(uses()).toEqual(['CLN001CU 0', 'CLN002CU 0']);
  expect(careOf(drive(2)).at).toBe(null);
  expect(() => library.cleaning.begin(2)).toThrow(code('NO_CLEANING_TAPE') as Error);
  library.cleaning.remove('CLN002CU');
  expect(uses()).toEqual(['CLN001CU 0']);
  expect(reopened().state).toEqual(library.state);
});

test('a drive that a job has is not cleaned, and nothing is counted', () => {
  library.cleaning.add();
  library.mount(1, library.label().volume);
  expect(() => library.cleaning.begin(1)).toThrow(code('TAPE_IN_USE') as Error);
  expect(uses()).toEqual(['CLN001CU 50']);
  expect(drive(1).tape).toBe('CF0003');
});

test('a drive wants cleaning after so many bytes or a write that failed, where there are cleaning tapes, and not once it is clean', () => {
  const { volume } = library.label();
  library.mount(1, volume);
  const written = (payloadBytes: number) =>
    library.noteWritten(volume, {
      chunks: 1,
      payloadBytes,
      usedBytes: payloadBytes,
      bytesToTail: payloadBytes,
      full: false,
    });
  library.cleaning.setAfter(1000);
  written(600);
  written(1100);
  expect(careOf(drive(1)).bytes).toBe(1100);
  expect(wanted()).toEqual([null, null]);
  library.cleaning.add();
  expect(wanted()).toEqual(['written', null]);
  library.cleaning.setAfter(0);
  expect(wanted()).toEqual([null, null]);
  library.noteCleaningAsked(2, 'errors');
  expect(wanted()).toEqual([null, 'errors']);
  // That a drive does not ask says nothing of what failed.
  library.noteCleaningAsked(2, null);
  expect(wanted()).toEqual([null, 'errors']);
  library.noteCleaningAsked(2, 'drive');
  library.noteCleaningAsked(2, null);
  expect(wanted()).toEqual([null, null]);
  library.noteCleaningAsked(2, 'errors');
  library.cleaning.begin(2);
  library.cleaning.end(2, { cleaned: true });
  expect(wanted()).toEqual([null, null]);
});

test.each([0, 1])(
  'killed before durable write %i of a cleaning, no use is lost and no drive is called clean',
  (writes) => {
    library.cleaning.add();
    library.noteCleaningAsked(1, 'errors');
    left = writes;
    expect(() => {
      library.cleaning.begin(1);
      library.cleaning.end(1, { cleaned: true });
    }).toThrow('killed');
    left = null;
    library = reopened();
    expect(wanted()).toEqual(['errors', null]);
    expect([uses(), careOf(drive(1)).tape]).toEqual(
      writes === 0 ? [['CLN001CU 50'], null] : [['CLN001CU 49'], 'CLN001CU'],
    );
    // Whatever comes next has the drive to itself.
    if (writes === 1) library.unload(1);
    library.load(1, library.label().volume);
    expect(careOf(drive(1)).tape).toBe(null);
    library.cleaning.begin(2);
    library.cleaning.end(2, { cleaned: true });
    expect(drive(1).tape).toBe('CF0003');
  },
);

test('the cleaning tapes of a changer are those that it holds, and what was counted of one stays while it is away', () => {
  const tape = (barcode: string, slot: number | null) => ({ barcode, usesLeft: 50, uses: 0, slot });
  library.cleaning.takeNote([tape('CLN-001', 3), tape('CLNU02L1', 4)]);
  library.cleaning.begin(1, 'CLN-001');
  library.cleaning.end(1, { cleaned: true });
  library.cleaning.takeNote([tape('CLNU02L1', 4)]);
  expect(cleaningTapes(library.state)).toEqual([
    tape('CLNU02L1', 4),
    { barcode: 'CLN-001', usesLeft: 49, uses: 1, slot: null, away: true },
  ]);
  expect(library.cleaning.begin(1).barcode).toBe('CLNU02L1');
  library.cleaning.takeNote([tape('CLN-001', 5)]);
  expect(cleaningTapes(library.state)[0]).toEqual({ barcode: 'CLN-001', usesLeft: 49, uses: 1, slot: 5 });
});
