import { describe, expect, test } from 'vitest';
import type { Lane, Picture } from '../../shared/contract/picture.ts';
import { UNKNOWN_SET } from '../pictures/lane-chunks.ts';
import { afterPicture, type LivePicture } from './job-picture.ts';

const lane = (part: Partial<Lane>): Lane => ({
  drive: 1,
  state: 'writing',
  tape: 'CF0001',
  bytesCapacity: 1000,
  bytesBefore: 0,
  position: 0,
  bytesPerSecond: 0,
  chunkCount: 0,
  chunks: [],
  ...part,
});

const idle = { bytesPerSecond: 0, busy: null };
const picture = (part: Partial<Picture>): Picture => ({
  job: '1'.repeat(32),
  kind: 'backup',
  state: 'running',
  at: '2026-11-18T10:00:00.000Z',
  startedAt: null,
  finishedAt: null,
  whole: false,
  phase: 'copying',
  sets: [],
  lanes: [],
  staging: null,
  stations: { source: idle, processing: idle, tape: idle },
  bottleneck: null,
  counts: {
    elementsDone: 0,
    elementsTotal: null,
    bytesRead: 0,
    bytesStored: 0,
    bytesTotal: null,
    elementsScanned: null,
    leftOutElements: null,
    leftOutBytes: null,
    warnings: 0,
  },
  etaMs: null,
  warnings: [],
  log: [],
  ...part,
});

const runsOf = ({ lanes: [one] }: LivePicture): [set: number, end: number][] =>
  Array.from({ length: one?.chunks.count ?? 0 }, (_, run) => [
    one?.chunks.setOf(run) ?? 0,
    one?.chunks.endOf(run) ?? 0,
  ]);

const begun = (part: Partial<Lane>): LivePicture => afterPicture(null, picture({ whole: true, lanes: [lane(part)] }));

describe('a live picture', () => {
  test('adds the chunks that came since to those of the same tape, each where it lies for good', () => {
    const whole = begun({ position: 12, chunks: [[0, 10, 0]], chunkCount: 1 });
    const next = afterPicture(whole, picture({ lanes: [lane({ position: 34, chunks: [[1, 20, 0]], chunkCount: 2 })] }));
    expect(next.lanes[0]).toMatchObject({ chunkCount: 2, position: 34 });
    expect(runsOf(next)).toEqual([
      [0, 12],
      [1, 34],
    ]);
  });

  test('leaves what was not told of out, and does not draw it as what came after it', () => {
    const whole = begun({ position: 12, chunks: [[0, 10, 0]], chunkCount: 1 });
    const next = afterPicture(whole, picture({ lanes: [lane({ position: 92, chunks: [[1, 20, 0]], chunkCount: 4 })] }));
    expect(runsOf(next)).toEqual([
      [0, 12],
      [UNKNOWN_SET, 72],
      [1, 92],
    ]);
  });

  test('begins a lane anew when another tape is in the drive, or the same again', () => {
    const first = { position: 10, chunks: [[0, 10, 0]] as Lane['chunks'], chunkCount: 1 };
    const other = { tape: 'CF0002', position: 20, chunks: [[1, 20, 0]] as Lane['chunks'], chunkCount: 1 };
    expect(runsOf(afterPicture(begun(first), picture({ lanes: [lane(other)] })))).toEqual([[1, 20]]);
    const again = { ...other, tape: 'CF0001', bytesBefore: 10, position: 30 };
    expect(runsOf(afterPicture(begun(first), picture({ lanes: [lane(again)] })))).toEqual([[1, 20]]);
  });

  test('forgets what came before when a whole picture comes', () => {
    const whole = begun({ position: 10, chunks: [[0, 10, 0]], chunkCount: 1 });
    expect(afterPicture(whole, picture({ whole: true })).lanes).toEqual([]);
  });

  test('shows chunks that are no longer known one by one as a run before the others', () => {
    expect(runsOf(begun({ position: 40, chunks: [[0, 10, 0]], chunkCount: 4 }))).toEqual([
      [-1, 30],
      [0, 40],
    ]);
  });

  test('takes no more memory however long the job runs, and shows all of it', () => {
    let now = begun({});
    for (let round = 1; round <= 500; round += 1) {
      const chunks = Array.from({ length: 200 }, (): [number, number, 0] => [round % 5, 1000, 0]);
      now = afterPicture(
        now,
        picture({ lanes: [lane({ chunks, position: round * 200_000, chunkCount: round * 200 })] }),
      );
    }
    const runs = runsOf(now);
    expect(runs.length).toBeLessThanOrEqual(4096);
    expect(runs.at(-1)).toEqual([0, 100_000_000]);
    // The first of them, too, still has its colour.
    expect(runs[0]?.[0]).toBe(1);
    expect(runs[0]?.[1]).toBeLessThan(250_000);
    const widest = runs.reduce((most, [, end], at) => Math.max(most, end - (runs[at - 1]?.[1] ?? 0)), 0);
    expect(widest).toBeLessThanOrEqual(101_000);
  });

  test('leaves what has no news as it is, so that nobody draws it again', () => {
    const whole = afterPicture(null, picture({ whole: true, log: [{ at: '', code: 'STARTED', context: {} }] }));
    expect(afterPicture(whole, picture({})).log).toBe(whole.log);
  });
});
