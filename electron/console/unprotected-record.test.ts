import { expect, test } from 'vitest';
import type { ByteString } from '../../shared/byte-string.ts';
import { unprotectedOf, unprotectedRecord } from './unprotected-record.ts';

const [one, other] = ['/one' as ByteString, '/o' as ByteString];

test('a set remembers what of each volume was unprotected', () => {
  const record = unprotectedRecord([
    { path: one, unprotected: new Float64Array([0, 3, 2 ** 40, 2 ** 41]) },
    { path: other, unprotected: new Float64Array([7, 8]) },
    { path: '/none' as ByteString, unprotected: new Float64Array() },
  ]);
  expect([...unprotectedOf(record, one)]).toEqual([0, 3, 2 ** 40, 2 ** 41]);
  expect([...unprotectedOf(record, other)]).toEqual([7, 8]);
  expect([...unprotectedOf(record, '/none' as ByteString)]).toEqual([]);
  expect([...unprotectedOf({}, one)]).toEqual([]);
});

test('of very many runs the longest are remembered', () => {
  const runs = Float64Array.from(
    { length: 200_000 },
    (_, at) => 10 * Math.floor(at / 2) + (at % 2) * (at < 200 ? 5 : 1),
  );
  const record = unprotectedRecord([{ path: one, unprotected: runs }]);
  const found = unprotectedOf(record, one);
  expect(found).toHaveLength(131_072);
  expect([...found.subarray(0, 200)]).toEqual([...runs.subarray(0, 200)]);
  expect(record.unprotected.length).toBeLessThan(256 * 1024);
});
