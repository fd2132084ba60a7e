import { expect, test } from 'vitest';
import { contentShares } from './content-map.tsx';

test('what was read is not shown as all there is before that is counted', () => {
  const shares = (bytesRead: number, bytesTotal: number | null, finishedAt: number | null = null) =>
    contentShares({ counts: { bytesRead, bytesTotal, leftOutBytes: 0 }, finishedAt } as unknown as Parameters<
      typeof contentShares
    >[0]);
  expect(shares(10, 30)).toMatchObject({ copied: 10, waiting: 20, unchanged: 0 });
  expect(shares(10, null).unchanged).toBeGreaterThan(10);
  expect(shares(2 ** 40, null).unchanged).toBe(2 ** 40);
  expect(shares(10, null, 1)).toMatchObject({ copied: 10, waiting: 0, unchanged: 0 });
});
