import { describe, expect, test } from 'vitest';
import type { Lane, Picture } from '../../shared/contract/picture.ts';
import { afterPicture } from './job-picture.ts';

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

describe('a live picture', () => {
  test('adds the chunks that came since to those of the same tape', () => {
    const whole = picture({ whole: true, lanes: [lane({ chunks: [[0, 10, 0]], chunkCount: 1 })] });
    const next = afterPicture(whole, picture({ lanes: [lane({ chunks: [[1, 20, 0]], chunkCount: 2 })] }));
    expect(next.lanes[0]).toMatchObject({
      chunkCount: 2,
      chunks: [
        [0, 10, 0],
        [1, 20, 0],
      ],
    });
  });

  test('begins a lane anew when another tape is in the drive', () => {
    const whole = picture({ whole: true, lanes: [lane({ chunks: [[0, 10, 0]] })] });
    const next = afterPicture(whole, picture({ lanes: [lane({ tape: 'CF0002', chunks: [[1, 20, 0]] })] }));
    expect(next.lanes[0]?.chunks).toEqual([[1, 20, 0]]);
  });

  test('forgets what came before when a whole picture comes', () => {
    const whole = picture({ whole: true, lanes: [lane({ chunks: [[0, 10, 0]] })] });
    expect(afterPicture(whole, picture({ whole: true })).lanes).toEqual([]);
  });

  test('keeps a bounded number of chunks however long the job runs', () => {
    let now = picture({ whole: true, lanes: [lane({})] });
    for (let round = 0; round < 50; round += 1) {
      const chunks = Array.from({ length: 200 }, (): [number, number, 0] => [0, round, 0]);
      now = afterPicture(now, picture({ lanes: [lane({ chunks })] }));
    }
    expect(now.lanes[0]?.chunks).toHaveLength(4000);
    expect(now.lanes[0]?.chunks.at(-1)).toEqual([0, 49, 0]);
  });
});
