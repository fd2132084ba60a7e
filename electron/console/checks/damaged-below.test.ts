import { expect, test } from 'vitest';
import { millis, setId } from '../../../shared/units.ts';
import { damagedBelow } from './damaged-below.ts';

const id = (name: string) => setId(name.repeat(32));
const set = (name: string, at: number, parent: string | null = null) => ({
  id: id(name),
  createdAt: millis(at),
  parent: parent === null ? null : id(parent),
});
const belowOf = (damaged: string[], resumed: Readonly<Record<string, string>> = {}) => {
  const sets = [set('a', 1), set('b', 2, 'a'), set('c', 3, 'b'), set('d', 4), set('e', 5, 'd'), set('f', 6)];
  const found = damagedBelow(sets.toReversed(), new Set(damaged.map(id)), (of) => {
    const from = resumed[of[0] ?? ''];
    return from === undefined ? null : [id(from)];
  });
  return [...found].map(([of, { id: on }]) => `${of[0]} on ${on[0]}`).toSorted();
};

test('a set is told by the newest damaged one that it builds on, through those between, and no other is', () => {
  expect(belowOf([])).toEqual([]);
  expect(belowOf(['a'])).toEqual(['b on a', 'c on a']);
  expect(belowOf(['a', 'b'])).toEqual(['b on a', 'c on b']);
  expect(belowOf(['c', 'f'])).toEqual([]);
});

test('an interrupted set that it went on from counts as well', () => {
  expect(belowOf(['f'], { e: 'f' })).toEqual(['e on f']);
  expect(belowOf(['a'], { e: 'c' })).toEqual(['b on a', 'c on a', 'e on a']);
});
