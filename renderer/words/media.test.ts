import { expect, test } from 'vitest';
import { placeNow } from '../../shared/model/tape-place.ts';
import { mediaWords } from './media.ts';

const tape = { state: 'filling', away: false, importExport: null, writeProtected: false };

test('what cannot be done with a tape now has a reason, and nothing else has', () => {
  expect(mediaWords.whyNot(tape, false, [])).toEqual([]);
  expect(mediaWords.whyNot({ ...tape, away: true, writeProtected: true }, false, [1])).toEqual([
    'It is not here, so it can be neither moved nor read.',
  ]);
  expect(mediaWords.whyNot({ ...tape, importExport: 1, away: true }, false, [])[0]).toMatch(/take it in/);
  expect(mediaWords.whyNot({ ...tape, state: 'blank', writeProtected: true }, false, [2])).toEqual([
    expect.stringMatching(/drive 2/),
    expect.stringMatching(/Nothing was written/),
    expect.stringMatching(/write protected/),
  ]);
});

test('that nothing kept lies on a tape is said only where its beginning tells what was written to it', () => {
  expect(mediaWords.nothingKept('erase', true)).toMatch(/^Nothing that is kept lies on it\. It is labelled anew/);
  expect(mediaWords.nothingKept('erase', false)).toMatch(/^The catalog of this home knows of nothing on it\. It is/);
  const place = { barcode: 'CF0003L8', slot: 3, drive: null, importExport: null };
  expect(mediaWords.eraseWhatever(placeNow(place))).toBe('Erase whatever lies in slot 3');
  expect(placeNow({ ...place, slot: null, drive: 2 })).toBe('drive 2');
  expect(placeNow({ ...place, slot: null })).toBe('CF0003L8');
});

test('a copy with room left is not said to take backups, and what a job writes is not said to have expired', () => {
  const filling = { state: 'filling', closed: false, away: false, importExport: null, onceCopyOf: null } as const;
  expect(mediaWords.stateAbout({ ...filling, copyOf: null })).toMatch(/^Backups are written on it/);
  expect(mediaWords.stateAbout({ ...filling, copyOf: 'CF0001' })).toMatch(/Backups are not written on it/);
  expect(mediaWords.facts('1 MiB', '2 MiB', 3, 3)).toBe('1 MiB of 2 MiB, 3 chunks');
  expect(mediaWords.facts('1 MiB', '2 MiB', 3, 1)).toBe('1 MiB of 2 MiB, 1 of 3 chunks listed');
  expect([mediaWords.expiredKey(true), mediaWords.expiredKey(false)]).toEqual([
    'being written, or of sets that expired',
    'of sets that expired, or that no catalog lists',
  ]);
});
