import { zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { byteStream, numberStream, wordStream } from './random-bytes.ts';

const MIB = 1 << 20;

test('the same seed gives the same bytes, in pieces of any size', () => {
  const [one, other] = [byteStream('a'), byteStream('a')];
  expect(Buffer.concat([one(1000), one(24)])).toEqual(other(1024));
  expect(byteStream('b')(16)).not.toEqual(byteStream('a')(16));
});

test('random bytes do not compress, and words compress as text does', () => {
  expect(zstdCompressSync(byteStream('a')(MIB)).length).toBeGreaterThan(MIB);
  const ratio = MIB / zstdCompressSync(wordStream('a')(MIB)).length;
  expect(ratio).toBeGreaterThan(2.5);
  expect(ratio).toBeLessThan(8);
});

test('numbers stay below their bound', () => {
  const next = numberStream('a');
  const drawn = Array.from({ length: 1000 }, () => next(10));
  expect(new Set(drawn).size).toBe(10);
  expect(Math.max(...drawn)).toBe(9);
});
