import { expect, test } from 'vitest';
import { momentOf } from './moment-of.ts';

const sets = [
  { id: 'c', state: 'incomplete' },
  { id: 'b', state: 'complete' },
  { id: 'a', state: 'complete' },
];

test('a moment that is asked for and gone has no other in its place', () => {
  expect(momentOf(sets, 'a', false)).toEqual({ chosen: sets[2], lost: false });
  expect(momentOf(sets, 'gone', true)).toEqual({ chosen: null, lost: false });
  expect(momentOf(sets, 'gone', false)).toEqual({ chosen: null, lost: true });
});

test('nobody asked: the newest whole one', () => {
  expect(momentOf(sets, undefined, false)).toEqual({ chosen: sets[1], lost: false });
  expect(momentOf(sets.slice(0, 1), undefined, false)).toEqual({ chosen: sets[0], lost: false });
  expect(momentOf([], undefined, false)).toEqual({ chosen: null, lost: false });
  expect(momentOf([], 'a', false)).toEqual({ chosen: null, lost: false });
});
