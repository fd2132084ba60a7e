import { expect, test } from 'vitest';
import { type BasketItem, bySet, isIn, toggled } from './basket.ts';

const item = (set: string, path: string): BasketItem => ({ set, object: 'o', path, type: 'file', bytes: 1 });

test('ticking twice takes an item out; the same path of another moment is another item', () => {
  const one = toggled([], item('a', '/x'));
  const two = toggled(one, item('b', '/x'));
  expect(two).toHaveLength(2);
  expect(toggled(two, item('a', '/x')).map(({ set }) => set)).toEqual(['b']);
  expect(isIn(two, item('a', '/y'))).toBe(false);
  expect(bySet(two).map(([set, items]) => [set, items.length])).toEqual([
    ['a', 1],
    ['b', 1],
  ]);
});
