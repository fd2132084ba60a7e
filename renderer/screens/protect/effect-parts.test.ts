import { expect, test } from 'vitest';
import { effectParts } from './effect-parts.ts';

test('the effect shows what is protected, then the rules by what they leave out, never more than six parts', () => {
  const leftOut = ['temp', 'swap', 'glob:a', 'glob:b', 'glob:c', 'glob:d', 'spool'].map((rule, index) => ({
    rule,
    elements: 1,
    bytes: index,
    largest: [],
  }));
  const parts = effectParts({ bytes: 100, leftOut });
  expect(parts).toHaveLength(6);
  expect(parts.map(({ bytes }) => bytes)).toEqual([100, 6, 5, 4, 3, 3]);
  expect(parts[1]?.name).toBe('Print and mail spools');
  expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(121);
});
