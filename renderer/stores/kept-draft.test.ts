import { expect, test } from 'vitest';
import { draftIn, isBegun, keptOf } from './kept-draft.ts';
import { type Draft, EMPTY_DRAFT } from './protect-draft.ts';

const draft: Draft = {
  ...EMPTY_DRAFT,
  step: 'review',
  roots: [{ path: '/home/ada' }, { path: '/srv/\ufffd', pathBase64: 'L3Nydi//' }],
  exclude: ['*.iso'],
  newVault: '/mnt/vault',
  passphrase: 'correct horse',
  again: 'correct horse',
};

test('a draft is kept without its passphrase, and goes on where that is asked for', () => {
  expect(keptOf(draft)).not.toContain('correct horse');
  expect(draftIn(keptOf(draft))).toEqual({ ...draft, passphrase: '', again: '', step: 'where' });
  expect(draftIn(keptOf({ ...draft, sealed: false }))?.step).toBe('review');
  expect(draftIn(keptOf({ ...draft, vault: '/vault' }))?.step).toBe('review');
  expect(draftIn(keptOf({ ...draft, step: 'not' }))?.step).toBe('not');
});

test.each([null, '', '[]', '{"step":"what"}', keptOf(draft).replace('"review"', '"other"')])(
  'what is no draft of this version is not taken: %s',
  (text) => expect(draftIn(text)).toBeNull(),
);

test('a proposal is nothing that somebody chose', () => {
  expect(isBegun({ ...EMPTY_DRAFT, vault: '/vault', step: 'not' })).toBe(false);
  expect(isBegun({ ...EMPTY_DRAFT, exclude: ['*.iso'] })).toBe(true);
});
