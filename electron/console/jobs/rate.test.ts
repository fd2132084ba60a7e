import { expect, test } from 'vitest';
import { RateMeter } from './rate.ts';

const counters = (bytesRead: number, phase = 'copying') => ({
  phase,
  elementsDone: 0,
  elementsTotal: null,
  bytesRead,
  bytesStored: 0,
  bytesTotal: 1e3,
});

test('the remaining time is told once there is enough to tell it from', () => {
  const meter = new RateMeter();
  expect(meter.sample(counters(0), 0)).toMatchObject({ rate: 0, etaMs: null });
  expect(meter.sample(counters(100), 1000)).toMatchObject({ rate: 100, etaMs: null });
  expect(meter.sample(counters(400), 4000)).toMatchObject({ rate: 100, etaMs: 6000 });
});

test('a new phase begins anew', () => {
  const meter = new RateMeter();
  meter.sample(counters(0), 0);
  meter.sample(counters(900), 4000);
  expect(meter.sample(counters(900, 'checking'), 4500)).toMatchObject({ rate: 0, etaMs: null });
});

test('the rate is that of the last seconds', () => {
  const meter = new RateMeter();
  for (let second = 0; second <= 10; second += 1) meter.sample(counters(second * 10), second * 1000);
  expect(meter.sample(counters(100), 20_000).rate).toBe(0);
});

test('when everything is read the time that the rest takes is not known', () => {
  const meter = new RateMeter();
  meter.sample(counters(0), 0);
  expect(meter.sample(counters(1000), 4000)).toMatchObject({ rate: 250, etaMs: null });
});
