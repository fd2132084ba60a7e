import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SegmentMap } from '../../engine/snapshot/segment-map.ts';
import { layerView } from './layer-view.ts';

test('every segment of a map is counted in the cell that it lies in', () => {
  const wish = fc.record({ segments: fc.integer({ min: 1, max: 500 }), cells: fc.integer({ min: 1, max: 60 }) });
  fc.assert(
    fc.property(wish, fc.array(fc.nat(499)), ({ segments, cells }, chosen) => {
      const map = new SegmentMap(segments);
      const within = [...new Set(chosen)].filter((segment) => segment < segments);
      for (const segment of within) map.add(segment);
      const parts = Math.min(cells, segments);
      const begins = Array.from({ length: parts + 1 }, (_, cell) => Math.floor((cell * segments) / parts));
      const layer = layerView(map, parts);
      expect(layer.segments).toBe(within.length);
      expect(layer.cells).toEqual(
        begins
          .slice(0, -1)
          .map((begin, cell) => within.filter((one) => one >= begin && one < (begins[cell + 1] ?? 0)).length),
      );
    }),
  );
});

test('the largest runs are told, in their order', () => {
  const map = new SegmentMap(200);
  for (const [start, count] of [
    [0, 1],
    [4, 6],
    [20, 2],
    [30, 3],
    [40, 33],
    [90, 4],
    [199, 1],
  ] as const)
    map.addRun(start, count);
  expect(layerView(map, 10).largest).toEqual([
    [4, 6],
    [20, 2],
    [30, 3],
    [40, 33],
    [90, 4],
  ]);
  expect(layerView(map, 10).whole).toBe(true);
});

test('a map of very many runs says that not all were looked at', () => {
  const map = new SegmentMap(240_000);
  for (let segment = 0; segment < map.segments; segment += 2) map.add(segment);
  expect(layerView(map, 100)).toMatchObject({ segments: 120_000, whole: false });
});
