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
  expect(contentShares({ counts })).toEqual({ copied: 30, waiting: 70, unchanged: 0, unprotected: 5 });
  expect(contentShares({ counts: { ...counts, bytesTotal: null } }).waiting).toBe(0);
});
