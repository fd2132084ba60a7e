import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layVolumeMap, MAP_LAYERS, volumeMapHeight } from './volume-map.ts';

const EMPTY = (parts: number) => Array<number>(parts).fill(0);

describe('a map of a volume', () => {
  test('has a cell for each segment of a small volume, as large as there is room for', () => {
    const snapshot = EMPTY(16);
    snapshot[3] = 1;
    const layout = layVolumeMap(
      { segments: 16, parts: { snapshot, backup: EMPTY(16), unprotected: EMPTY(16) } },
      700,
      volumeMapHeight(16, 200),
    );
    expect(layout).toMatchObject({ pitch: 28, cellSegments: 1 });
    expect(layout.cells.map((cell) => cell.snapshot)).toEqual(snapshot);
  });

  test('tells in a cell of several segments how many of them are in a map', () => {
    const parts = 4000;
    const half = Array<number>(parts).fill(2);
    const { cells, cellSegments } = layVolumeMap(
      { segments: 16_000, parts: { snapshot: half, backup: EMPTY(parts), unprotected: EMPTY(parts) } },
      400,
      100,
    );
    expect(cells).toHaveLength(400);
    expect(cellSegments).toBe(40);
    for (const cell of cells) expect(cell).toEqual({ snapshot: 0.5, backup: 0, unprotected: 0 });
  });

  test('shows every segment that is in a map, and says nowhere more than all', () => {
    const shape = fc.record({
      segments: fc.integer({ min: 1, max: 2 ** 31 }),
      width: fc.integer({ min: 50, max: 1500 }),
      marked: fc.nat(4095),
    });
    fc.assert(
      fc.property(shape, ({ segments, width, marked }) => {
        const parts = Math.min(4096, segments);
        const part = marked % parts;
        const begin = (index: number) => Math.floor((index * segments) / parts);
        const snapshot = EMPTY(parts);
        snapshot[part] = 1;
        const backup = snapshot.map((_, index) => begin(index + 1) - begin(index));
        const { cells, columns, pitch } = layVolumeMap(
          { segments, parts: { snapshot, backup, unprotected: EMPTY(parts) } },
          width,
          200,
        );
        expect(cells.filter((cell) => cell.snapshot > 0)).toHaveLength(1);
        expect(Math.ceil(cells.length / columns) * pitch).toBeLessThanOrEqual(202);
        expect(columns * pitch).toBeLessThanOrEqual(width + 2);
        expect(cells.every((cell) => cell.backup === 1)).toBe(true);
        expect(cells.every((cell) => MAP_LAYERS.every((layer) => cell[layer] <= 1))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
