import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NARROWEST } from './bars.ts';
import { type LaneData, layLane, spanOf } from './lane.ts';

const MIB = 1024 * 1024;
const lane = (part: Partial<LaneData>): LaneData => ({
  bytesBefore: 0,
  bytesCapacity: 1024 * MIB,
  position: 0,
  chunkCount: 0,
  chunks: [],
  ...part,
});

describe('a tape lane', () => {
  test('shows interleaved chunks in their order, each in the colour of its set', () => {
    const chunks: LaneData['chunks'] = [
      [0, MIB, 0],
      [1, MIB, 0],
      [0, MIB, 1],
    ];
    const { bars, head } = layLane(lane({ position: 3 * MIB, chunkCount: 3, chunks }), 800);
    expect(bars.map(({ set, metadata }) => [set, metadata])).toEqual([
      [0, false],
      [1, false],
      [0, true],
    ]);
    expect(head).toBe(300);
  });

  test('leaves a stub for what lay on the tape before and has room for what comes', () => {
    const layout = layLane(
      lane({ bytesBefore: 100 * MIB, position: 101 * MIB, chunkCount: 1, chunks: [[0, MIB, 0]] }),
      800,
    );
    expect(layout.before).toBeGreaterThan(0);
    expect(layout.bars[0]?.x).toBe(layout.before);
    expect(layout.head).toBeLessThan(400);
    expect(layout.share).toBeCloseTo(101 / 1024);
  });

  test('shows chunks that are no longer known one by one as a run before the others', () => {
    const { bars } = layLane(lane({ position: 4 * MIB, chunkCount: 4, chunks: [[2, MIB, 0]] }), 800);
    expect(bars.map(({ set }) => set)).toEqual([-1, 2]);
  });

  test('is never wider than its room, has bars side by side and no more of them than pixels', () => {
    const piece = fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 20 * MIB }), fc.constantFrom(0 as const, 1 as const));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 3000 }), fc.integer({ min: 100, max: 2000 }), (chunks, width) => {
        const moved = chunks.reduce((sum, [, bytes]) => sum + bytes, 0);
        const layout = layLane(
          lane({ position: moved, bytesCapacity: null, chunkCount: chunks.length, chunks }),
          width,
        );
        expect(layout.bars.length).toBeLessThanOrEqual(width / NARROWEST + 1);
        let x = layout.before;
        for (const bar of layout.bars) {
          expect(bar.x).toBeCloseTo(x, 3);
          x = bar.x + bar.width;
        }
        expect(x).toBeLessThanOrEqual(width + 0.001);
      }),
      { numRuns: 50 },
    );
  });

  test('doubles its room as it fills, and ends with the tape', () => {
    expect(spanOf(0, null)).toBe(8 * MIB);
    expect(spanOf(9 * MIB, null)).toBe(16 * MIB);
    expect(spanOf(9 * MIB, 12 * MIB)).toBe(12 * MIB);
  });
});
