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
  limited: 0,
};

/** Two seconds of a job that reads 100 bytes a second; its workers compute for so much of the time. */
const drawn = (gauge: Partial<StationGauge>, computing: number, bytes = 100, firstLook = 0) => {
  const meter = new StationMeter();
  const look = (at: number) => meter.look({ ...GAUGE, workerCpuMs: at * 2 * computing, ...gauge }, at);
  if (firstLook === 0) look(0);
  meter.sample({ bytesRead: 0, bytesStored: 0, bytesMoved: 0 }, 0);
  for (let at = Math.max(50, firstLook); at <= 1000; at += 50) look(at);
  meter.sample({ bytesRead: bytes, bytesStored: bytes / 2, bytesMoved: bytes / 2 }, 1000);
  for (let at = 1050; at <= 2000; at += 50) look(at);
  return meter.sample({ bytesRead: bytes * 2, bytesStored: bytes, bytesMoved: bytes }, 2000);
};

test('full staging waits for the tapes, else the station that works the most is waited for', () => {
  expect(drawn({ ready: 3, draining: 1 }, 0.9).bottleneck).toBe('tape');
  expect(drawn({ draining: 2 }, 0.4).bottleneck).toBe('tape');
  expect(drawn({}, 0.9).bottleneck).toBe('processing');
  expect(drawn({}, 0.2).bottleneck).toBe('source');
});

test('what cannot be told is not guessed', () => {
  expect(drawn({ workers: 0 }, 0).bottleneck).toBe(null);
  expect(drawn({}, 0.9, 0).bottleneck).toBe(null);
});

test('a job that was sampled before its threads were looked at has shares all the same', () => {
  expect(drawn({}, 0.9, 100, 100)).toMatchObject({ bottleneck: 'processing' });
});

test('rates and shares are those of the last seconds', () => {
  const { stations } = drawn({ draining: 1 }, 0.5);
  expect(stations.source.bytesPerSecond).toBe(100);
  expect(stations.source.busy).toBeCloseTo(0.5);
  expect(stations.processing.busy).toBeCloseTo(0.5);
  expect(stations.tape.busy).toBeCloseTo(0.5);
});
