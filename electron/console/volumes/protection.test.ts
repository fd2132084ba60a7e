import { expect, test } from 'vitest';
import { protectionOf } from './protection.ts';

const volume = { name: 'disk', size: 40 * 4096, segmentBytes: 4 * 4096 };
const runs = (...blocks: [number, number][]) =>
  [...protectionOf(volume, blocks).segments.runs()].map(({ start, count }) => [start, count]);

test('a segment is unprotected when all its blocks are', () => {
  expect(runs([4, 8])).toEqual([[1, 2]]);
  expect(runs([5, 8])).toEqual([[2, 1]]);
  expect(runs([4, 2], [6, 2])).toEqual([[1, 1]]);
  expect(runs([6, 2], [4, 3])).toEqual([[1, 1]]);
  expect(runs([3, 3])).toEqual([]);
  expect(runs()).toEqual([]);
});

test('the last segment may be a short one', () => {
  const short = { ...volume, size: 38 * 4096 };
  expect([...protectionOf(short, [[36, 2]]).segments.runs()]).toEqual([{ start: 9, count: 1 }]);
});

test('of a segment with protected blocks the others are left out by themselves', () => {
  const blocks = (...given: [number, number][]) => [...protectionOf(volume, given).blocks];
  expect(blocks([5, 8])).toEqual([5, 8, 12, 13]);
  expect(blocks([6, 2], [4, 3])).toEqual([]);
  expect(blocks([3, 3], [9, 1])).toEqual([3, 6, 9, 10]);
});

test.each([[[39, 2]], [[40, 1]], [[3, 0]]] as [number, number][][])(
  'a run that is not within the volume is refused: %j',
  (run) => {
    expect(() => protectionOf(volume, [run])).toThrow(expect.objectContaining({ code: 'USAGE' }));
  },
);
