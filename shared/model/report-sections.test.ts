import { expect, test } from 'vitest';
import { hasLongWord, piecesOf } from './report-sections.ts';

test('lines end at spaces and behind the slashes of a path, and within a word only where it is longer than any column', () => {
  const path = `/srv//${'a'.repeat(20)}/${'b'.repeat(20)}`;
  expect(piecesOf(path)).toEqual(['/', 'srv//', `${'a'.repeat(20)}/`, 'b'.repeat(20)]);
  expect(['photographs-and-videos', `two ${'words '.repeat(20)}`, path].map(hasLongWord)).toEqual([
    false,
    false,
    false,
  ]);
  expect(hasLongWord(`a ${'c'.repeat(33)}`)).toBe(true);
});
