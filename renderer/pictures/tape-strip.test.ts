import { describe, expect, test } from 'vitest';
import { chunkAt, hasExpired, layTape, setNumbers, type TapeChunk, wholeTape } from './tape-strip.ts';

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
const tape = { bytesUsed: 1000, bytesCapacity: 1000, chunks: 3 };
const chunks = [chunk(0, 'b', 100, 300), chunk(1, 'a', 400, 300), chunk(2, 'b', 720, 200)];

describe('a tape as it lies', () => {
  test('numbers its block sets in the order in which they first lie on it', () => {
    expect([...setNumbers(chunks)]).toEqual([
      ['b', 0],
      ['a', 1],
    ]);
  });

  test('shows labels, chunks and what lies between and behind them', () => {
    const { bars } = layTape(chunks, tape, 1000);
    expect(bars.map(({ x, set }) => [Math.round(x), set])).toEqual([
      [0, -1],
      [100, 0],
      [400, 1],
      [700, -1],
      [720, 0],
      [920, -1],
    ]);
  });

  test('is as long as what is listed or being written, also before the library has noted that', () => {
    const noted = { bytesUsed: 420, bytesCapacity: 2000, chunks: 1 };
    const listed = wholeTape(noted, chunks, null);
    expect(listed).toEqual({ bytesUsed: 920, bytesCapacity: 2000, chunks: 3 });
    expect(hasExpired(chunks, listed)).toBe(false);
    const writing = wholeTape(noted, chunks, 1400);
    expect(writing).toMatchObject({ bytesUsed: 1400, chunks: 4 });
    expect(
      layTape(chunks, writing, 1484)
        .bars.map(({ x, set }) => [Math.round(x), set])
        .at(-1),
    ).toEqual([920, -2]);
    expect(wholeTape(tape, chunks, null)).toEqual(tape);
  });

  test('tells what belongs to no set any more from labels', () => {
    const left = [chunk(1, 'a', 400, 300)];
    expect(layTape(left, tape, 1000).bars.map(({ x, set }) => [Math.round(x), set])).toEqual([
      [0, -2],
      [400, 0],
      [700, -2],
    ]);
    expect([hasExpired(left, tape), hasExpired(chunks, tape)]).toEqual([true, false]);
    expect(layTape([], tape, 1000).bars).toMatchObject([{ set: -2 }]);
    expect(layTape([], { ...tape, chunks: 0 }, 1000).bars).toMatchObject([{ set: -1 }]);
  });

  test('finds the chunk under a pixel, and none between chunks', () => {
    const layout = layTape(chunks, tape, 500);
    expect(chunkAt(chunks, layout, 210)?.tapeSequence).toBe(1);
    expect(chunkAt(chunks, layout, 355)).toBeNull();
    expect(chunkAt(chunks, layout, 490)).toBeNull();
  });
});
