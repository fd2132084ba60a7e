import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskOf, SegmentMap } from './segment-map.ts';

const SEGMENTS = 100;
const run = fc.record({ start: fc.nat(SEGMENTS - 1), count: fc.nat(SEGMENTS) }).map(({ start, count }) => ({
  start,
  count: Math.min(count, SEGMENTS - start),
}));

const mapOf = (members: ReadonlySet<number>): SegmentMap => {
  const map = new SegmentMap(SEGMENTS);
  for (const segment of members) map.add(segment);
  return map;
};
const members = (map: SegmentMap): number[] => [...Array(SEGMENTS).keys()].filter((segment) => map.has(segment));
const some = fc.uniqueArray(fc.nat(SEGMENTS - 1)).map((list) => new Set(list));

test('a map is a set of segments', () => {
  fc.assert(
    fc.property(some, some, run, (one, other, { start, count }) => {
      const map = mapOf(one);
      expect(map.count()).toBe(one.size);
      expect(
        [...map.runs()].flatMap(({ start: from, count: length }) => [...Array(length).keys()].map((at) => from + at)),
      ).toEqual(members(map));
      const both = map.copy();
      both.addMap(mapOf(other));
      expect(members(both)).toEqual([...one.union(other)].toSorted((a, b) => a - b));
      const common = map.copy();
      common.keepMap(mapOf(other));
      expect(new Set(members(common))).toEqual(one.intersection(other));
      const rest = map.copy();
      rest.removeMap(mapOf(other));
      expect(new Set(members(rest))).toEqual(one.difference(other));
      map.addRun(start, count);
      expect(members(map).filter((at) => at >= start && at < start + count)).toHaveLength(count);
      expect(new Set(members(map).filter((at) => at < start || at >= start + count))).toEqual(
        new Set([...one].filter((at) => at < start || at >= start + count)),
      );
    }),
  );
});

test('runs lie within the part that was asked for, and join', () => {
  fc.assert(
    fc.property(some, run, (one, { start, count }) => {
      const map = mapOf(one);
      const runs = [...map.runs(start, start + count)];
      for (const [at, { start: from, count: length }] of runs.entries()) {
        expect(length).toBeGreaterThan(0);
        const next = runs[at + 1];
        if (next) expect(next.start).toBeGreaterThan(from + length);
      }
      const within = [...one].filter((at) => at >= start && at < start + count);
      expect(runs.reduce((sum, { count: length }) => sum + length, 0)).toBe(within.length);
    }),
  );
});

test('everything is everything, to the last segment and no further', () => {
  for (const segments of [1, 31, 32, 33, 64, 100]) {
    const map = new SegmentMap(segments);
    map.addAll();
    expect([...map.runs()]).toEqual([{ start: 0, count: segments }]);
    expect(map.count()).toBe(segments);
  }
});

test('a mask covers one word from a segment to the last one', () => {
  expect(maskOf(0, 31)).toBe(-1);
  expect(maskOf(3, 5)).toBe(0b11_1000);
  expect(maskOf(33, 90) >>> 0).toBe(0xffff_fffe);
  expect(maskOf(31, 31) >>> 0).toBe(0x8000_0000);
});
