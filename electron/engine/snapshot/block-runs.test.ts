import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addSegmentsOf,
  type BlockRuns,
  blockCount,
  blocksOf,
  bytesWithin,
  differing,
  together,
  without,
} from './block-runs.ts';
import { SegmentMap } from './segment-map.ts';

const BLOCKS = 64;

const runsOf = (blocks: ReadonlySet<number>): BlockRuns => {
  const bounds: number[] = [];
  for (let at = 0; at <= BLOCKS; at += 1) if (blocks.has(at) !== blocks.has(at - 1)) bounds.push(at);
  return new Float64Array(bounds);
};
const some = fc.array(fc.nat(BLOCKS - 1)).map((blocks) => new Set(blocks));

test('runs of blocks are sets of blocks', () => {
  fc.assert(
    fc.property(some, some, (one, other) => {
      const [first, second] = [runsOf(one), runsOf(other)];
      expect(differing(first, second)).toEqual(runsOf(one.symmetricDifference(other)));
      expect(without(first, second)).toEqual(runsOf(one.difference(other)));
      expect(together(first, second)).toEqual(runsOf(one.union(other)));
      expect(blockCount(first)).toBe(one.size);
    }),
  );
});

test('what lies within a range is found, cut at its ends', () => {
  fc.assert(
    fc.property(some, fc.nat(BLOCKS * 4096), fc.nat(BLOCKS * 4096), (blocks, one, other) => {
      const [start, end] = [Math.min(one, other), Math.max(one, other)];
      const found = bytesWithin(runsOf(blocks), start, end);
      const covered = (at: number) => found.some(({ offset, length }) => at >= offset && at < offset + length);
      for (const at of [start - 1, start, (start + end) >>> 1, end - 1, end])
        expect(covered(at)).toBe(at >= start && at < end && blocks.has(Math.floor(at / 4096)));
    }),
  );
});

test('segments have the blocks that lie in them, the last one fewer', () => {
  const map = new SegmentMap(4);
  map.addRun(2, 2);
  expect([...blocksOf(map, 16_384, 15 * 4096 - 512)]).toEqual([8, 15]);
  const touched = new SegmentMap(4);
  addSegmentsOf(touched, new Float64Array([3, 5, 14, 15]), 16_384);
  expect([...touched.runs()]).toEqual([
    { start: 0, count: 2 },
    { start: 3, count: 1 },
  ]);
});
