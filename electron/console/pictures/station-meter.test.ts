import { expect, test } from 'vitest';
import { type StationGauge, StationMeter } from './station-meter.ts';

const GAUGE: StationGauge = {
  slots: 5,
  slotBytes: 16,
  filling: 1,
  ready: 0,
  draining: 0,
  drives: 2,
  workers: 2,
  workerCpuMs: 0,
};

/** Two seconds of a job that reads 100 bytes a second; its workers compute for so much of the time. */
const bottleneck = (gauge: Partial<StationGauge>, computing: number | null, bytes = 100) => {
  const meter = new StationMeter();
  for (let at = 0; at <= 2000; at += 50) meter.look({ ...GAUGE, ...gauge }, at);
  meter.sample({ bytesRead: 0, bytesStored: 0, bytesMoved: 0 }, computing === null ? null : 0, 0);
  return meter.sample(
    { bytesRead: bytes * 2, bytesStored: bytes, bytesMoved: bytes },
    computing === null ? null : 2000 * 2 * computing,
    2000,
  );
};

test('full staging waits for the tapes, busy workers are it themselves, the others wait for the source', () => {
  expect(bottleneck({ ready: 3, draining: 1 }, 0.9).bottleneck).toBe('tape');
  expect(bottleneck({}, 0.9).bottleneck).toBe('processing');
  expect(bottleneck({}, 0.2).bottleneck).toBe('source');
});

test('what cannot be told is not guessed', () => {
  expect(bottleneck({}, null).bottleneck).toBe(null);
  expect(bottleneck({}, 0.9, 0).bottleneck).toBe(null);
});

test('rates and shares are those of the last seconds', () => {
  const { stations } = bottleneck({ draining: 1 }, 0.5);
  expect(stations.source.bytesPerSecond).toBe(100);
  expect(stations.processing.busy).toBeCloseTo(0.5);
  expect(stations.tape.busy).toBeCloseTo(0.5);
});
