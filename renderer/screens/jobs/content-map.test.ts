import { expect, test } from 'vitest';
import { contentShares } from './content-map.tsx';

const counts = {
  elementsDone: 0,
  elementsTotal: null,
  bytesRead: 30,
  bytesStored: 0,
  bytesTotal: 100,
  elementsScanned: null,
  leftOutElements: null,
  leftOutBytes: 5,
  warnings: 0,
};

test('content is copied, waits or is left out; while the total is not known nothing is said to wait', () => {
  expect(contentShares({ counts, finishedAt: null })).toEqual({
    copied: 30,
    waiting: 70,
    unchanged: 0,
    unprotected: 5,
  });
  expect(contentShares({ counts: { ...counts, bytesTotal: null }, finishedAt: null }).waiting).toBe(0);
});

test('what was read is not shown as all there is before that is counted', () => {
  const shares = (bytesRead: number, finishedAt: number | null) =>
    contentShares({ counts: { ...counts, bytesRead, bytesTotal: null }, finishedAt });
  expect(shares(10, null).unchanged).toBeGreaterThan(10);
  expect(shares(2 ** 40, null).unchanged).toBe(2 ** 40);
  expect(shares(10, 1).unchanged).toBe(0);
});
