import { describe, expect, test } from 'vitest';
import { trendPoints } from './trend-line.ts';

describe('a trend', () => {
  test('runs from left to right with the largest value on top', () => {
    expect(trendPoints([1, 3, 2], 100, 20)).toEqual([
      { x: 0, y: 20 },
      { x: 50, y: 0 },
      { x: 100, y: 10 },
    ]);
  });

  test('is flat when nothing changed, and a point at its end when there is one value', () => {
    expect(trendPoints([5, 5], 10, 20).map(({ y }) => y)).toEqual([10, 10]);
    expect(trendPoints([5], 10, 20)).toEqual([{ x: 10, y: 10 }]);
  });
});
