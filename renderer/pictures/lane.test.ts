import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NARROWEST } from './bars.ts';
import { type LaneData, layLane, roomOf, spanOf } from './lane.ts';
import { type Chunk, LaneChunks } from './lane-chunks.ts';

const MIB = 1024 * 1024;
const lane = (part: Partial<LaneData>, known: readonly Chunk[] = [], unknown = 0): LaneData => {
  const data = { bytesBefore: 0, bytesCapacity: 1024 * MIB, position: 0, ...part };
  const chunks = new LaneChunks();
  chunks.addUnknown(unknown);
  chunks.add(known, data.position - data.bytesBefore);
  return { ...data, chunks };
};

describe('a tape lane', () => {
  test('shows interleaved chunks in their order, each in the colour of its set', () => {
    const chunks: Chunk[] = [
      [0, MIB, 0],
      [1, MIB, 0],
      [0, MIB, 1],
    ];
    const { bars, head } = layLane(lane({ position: 3 * MIB }, chunks), 800);
    expect(bars.map(({ set, metadata }) => [set, metadata])).toEqual([
      [0, false],
      [1, false],
      [0, true],
    ]);
    expect(head).toBe(300);
  });

  test('is on one scale with the other lanes of its job, and ends where its tape does', () => {
    const full = lane({ bytesBefore: MIB, bytesCapacity: 3 * MIB, position: 3 * MIB }, [[0, 2 * MIB, 0]]);
    const long = lane({ position: 100 * MIB }, [[0, 100 * MIB, 0]]);
    const room = roomOf([full, long]);
    const [one, other] = [layLane(full, 822, 0, room), layLane(long, 822, 0, room)];
    expect((one.head - one.before) / 2).toBeCloseTo(other.head / 100);
    expect(one.end).toBeCloseTo(one.head);
    expect(other.end).toBe(822);
  });

  test('leaves a stub for what lay on the tape before and has room for what comes', () => {
    const layout = layLane(lane({ bytesBefore: 100 * MIB, position: 101 * MIB }, [[0, MIB, 0]]), 800);
    expect(layout.before).toBeGreaterThan(0);
    expect(layout.bars[0]?.x).toBe(layout.before);
    expect(layout.head).toBeLessThan(400);
    expect(layout.share).toBeCloseTo(101 / 1024);
  });

  test('shows chunks that are no longer known one by one as a run before the others', () => {
    const { bars } = layLane(lane({ position: 4 * MIB }, [[2, MIB, 0]], 3 * MIB), 800);
    expect(bars.map(({ set }) => set)).toEqual([-1, 2]);
  });

  test('is never wider than its room, has bars side by side and no more of them than pixels', () => {
    const piece = fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 20 * MIB }), fc.constantFrom(0 as const, 1 as const));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 3000 }), fc.integer({ min: 100, max: 2000 }), (chunks, width) => {
        const moved = chunks.reduce((sum, [, bytes]) => sum + bytes, 0);
        const layout = layLane(lane({ position: moved, bytesCapacity: null }, chunks), width);
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

  test('is the same when it is laid bit by bit as when it is laid at once', () => {
    const piece = fc.tuple(fc.nat(5), fc.integer({ min: 1, max: MIB }), fc.constantFrom(0 as const, 1 as const));
    fc.assert(
      fc.property(fc.array(fc.array(piece, { maxLength: 20 }), { maxLength: 30 }), (events) => {
        const chunks = new LaneChunks();
        const width = 900;
        let position = 0;
        let settled = 0;
        let span = 0;
        let drawn: { x: number; width: number; set: number }[] = [];
        for (const event of events) {
          position += event.reduce((sum, [, bytes]) => sum + bytes + 700, 0);
          chunks.add(event, position);
          const data = { bytesBefore: 0, bytesCapacity: null, position, chunks };
          const next = layLane(data, width, settled);
          const layout = next.span === span ? next : layLane(data, width);
          const from = layout.bars[0]?.x ?? Number.POSITIVE_INFINITY;
          const kept = layout === next ? drawn.filter(({ x }) => x < from - 1e-6) : [];
          drawn = [...kept, ...layout.bars.map(({ x, width: wide, set }) => ({ x, width: wide, set }))];
          ({ settled, span } = layout);
          const whole = layLane(data, width).bars;
          expect(drawn.map(({ set }) => set)).toEqual(whole.map(({ set }) => set));
          for (const [at, bar] of whole.entries()) expect(drawn[at]?.x).toBeCloseTo(bar.x, 6);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('doubles its room as it fills, and ends with the tape', () => {
    expect(spanOf(0, null)).toBe(8 * MIB);
    expect(spanOf(9 * MIB, null)).toBe(16 * MIB);
    expect(spanOf(9 * MIB, 12 * MIB)).toBe(12 * MIB);
  });
});
