import { expect, test } from 'vitest';
import { patternOf } from './pattern-of.ts';

test('a plain word is searched for within names, a pattern as it is', () => {
  expect(patternOf('ledger')).toBe('*ledger*');
  expect(patternOf('*.xlsx')).toBe('*.xlsx');
});
