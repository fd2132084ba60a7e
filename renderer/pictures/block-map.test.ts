import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CELL_KINDS, layBlockMap } from './block-map.ts';

describe('a block map', () => {
  test('gives every kind its share of the cells', () => {
    const { cells, cellBytes } = layBlockMap({ copied: 50, waiting: 25, unchanged: 0, unprotected: 25 }, 10, 4);
    expect(cells).toHaveLength(40);
    expect(cells.filter((kind) => kind === 'copied')).toHaveLength(20);
    expect(cellBytes).toBe(2.5);
  });

  test('shows whatever is there at all, and fills its room exactly', () => {
    const amount = fc.nat(2 ** 40);
    fc.assert(
      fc.property(amount, amount, amount, amount, (copied, waiting, unchanged, unprotected) => {
        const shares = { copied, waiting, unchanged, unprotected };
        const { cells } = layBlockMap(shares, 20, 5);
        fc.pre(copied + waiting + unchanged + unprotected > 0);
        expect(cells).toHaveLength(100);
        for (const kind of CELL_KINDS) expect(cells.includes(kind)).toBe(shares[kind] > 0);
      }),
    );
  });

  test('is empty when there is nothing', () => {
    expect(layBlockMap({ copied: 0, waiting: 0, unchanged: 0, unprotected: 0 }, 10, 4).cells).toEqual([]);
  });
});
