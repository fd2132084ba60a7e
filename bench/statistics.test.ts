import { expect, test } from 'vitest';
import { median, summarize } from './statistics.ts';

test('the median is the middle, or halfway between the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(() => median([])).toThrow('median of nothing');
});

test('a summary has medians, the range of the clock, and stored bytes only where something was stored', () => {
  const sample = (wallMs: number, storedBytes: number | null) => ({
    wallMs,
    storedBytes,
    cpuMs: wallMs * 2,
    peakTreeBytes: 10,
    peakProcessBytes: 5,
  });
  expect(summarize([sample(30, 7), sample(10, 9), sample(20, 8)])).toEqual({
    wallMs: 20,
    fastestMs: 10,
    slowestMs: 30,
    cpuMs: 40,
    peakTreeBytes: 10,
    peakProcessBytes: 5,
    storedBytes: 8,
  });
  expect(summarize([sample(30, null)])?.storedBytes).toBeNull();
  expect(summarize([])).toBeNull();
});
