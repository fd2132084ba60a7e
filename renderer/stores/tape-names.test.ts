import { expect, test } from 'vitest';
import { nameKeeper } from './tape-names.ts';

test('the names of tapes are one function for as long as they are the same', () => {
  const named = nameKeeper();
  const tapes = [
    { id: 'a', barcode: 'CF0001L8' },
    { id: 'b', barcode: '' },
  ];
  const name = named(tapes);
  expect(['a', 'b', 'c'].map(name)).toEqual(['CF0001L8', 'b', 'c']);
  expect(named(tapes.map((tape) => ({ ...tape })))).toBe(name);
  const renamed = named([{ id: 'a', barcode: 'CF0002L8' }]);
  expect(renamed('a')).toBe('CF0002L8');
  expect(named([])('a')).toBe('a');
});
