import { expect, test } from 'vitest';
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
