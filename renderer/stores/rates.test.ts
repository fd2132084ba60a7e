import { expect, test } from 'vitest';
import { type RateSample, rateKey, ratesBetween, restMs, sumOfRates } from './rates.ts';

const sample = (atMs: number, moved: Record<string, [number, number]>): RateSample => ({
  atMs,
  exports: new Map(
    Object.entries(moved).map(([key, [bytesRead, bytesWritten]]) => [key, { bytesRead, bytesWritten }] as const),
  ),
});

test('a rate is what moved since the sample before, for each second between them', () => {
  const rates = ratesBetween(sample(1000, { a: [100, 0] }), sample(3000, { a: [300, 4000] }));
  expect(rates?.get('a')).toEqual({ read: 100, written: 2000 });
});

test('samples that are too close say nothing, and an export that is new has no rate yet', () => {
  expect(ratesBetween(sample(1000, {}), sample(1100, { a: [1, 1] }))).toBeNull();
  expect(ratesBetween(sample(1000, {}), sample(2000, { a: [1, 1] }))?.size).toBe(0);
});

test('counters that began anew are no traffic backwards', () => {
  expect(ratesBetween(sample(0, { a: [500, 500] }), sample(1000, { a: [0, 0] }))?.get('a')).toEqual({
    read: 0,
    written: 0,
  });
});

test('the rates of a volume are those of its exports together', () => {
  const exports = ['disk', 'disk@1'].map((name) => ({
    export: name,
    server: 's',
    uri: '',
    readOnly: false,
    clients: 1,
    bytesRead: 0,
    bytesWritten: 0,
  }));
  const rates = new Map(exports.map((one) => [rateKey(one), { read: 3, written: 2 }] as const));
  expect(sumOfRates(rates, exports)).toEqual({ read: 6, written: 4 });
});

test('the rest takes as long as its bytes at the rate, where both are known', () => {
  expect(restMs(10, 30, 10)).toBe(2000);
  expect(restMs(40, 30, 10)).toBe(0);
  expect([restMs(10, null, 10), restMs(10, 30, 0)]).toEqual([null, null]);
});
