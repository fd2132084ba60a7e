import { describe, expect, test } from 'vitest';
import { chunkAt, layTape, setNumbers, type TapeChunk } from './tape-strip.ts';

const chunk = (tapeSequence: number, set: string, offset: number, bytes: number): TapeChunk => ({
  tapeSequence,
  set,
  object: null,
  sequence: 0,
  kind: 'data',
  block: 0,
  offset,
  bytes,
});
const chunks = [chunk(0, 'b', 100, 300), chunk(1, 'a', 400, 300), chunk(2, 'b', 720, 200)];

describe('a tape as it lies', () => {
  test('numbers its block sets in the order in which they first lie on it', () => {
    expect([...setNumbers(chunks)]).toEqual([
      ['b', 0],
      ['a', 1],
    ]);
  });

  test('shows labels, chunks and what lies between and behind them', () => {
    const { bars } = layTape(chunks, 1000, 1000, 1000);
    expect(bars.map(({ x, set }) => [Math.round(x), set])).toEqual([
      [0, -1],
      [100, 0],
      [400, 1],
      [700, -1],
      [720, 0],
      [920, -1],
    ]);
  });

  test('finds the chunk under a pixel, and none between chunks', () => {
    const layout = layTape(chunks, 1000, 1000, 500);
    expect(chunkAt(chunks, layout, 210)?.tapeSequence).toBe(1);
    expect(chunkAt(chunks, layout, 355)).toBeNull();
    expect(chunkAt(chunks, layout, 490)).toBeNull();
  });
});
