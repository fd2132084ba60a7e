import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { zstdInto } from './zstd.ts';

const LEVEL = 1;
const params = { [zlib.constants.ZSTD_c_compressionLevel]: LEVEL };
const text = Buffer.from('what is written twice is written once: '.repeat(30_000));

test.runIf(process.platform === 'linux')('gives the bytes of zlib, call after call, into shared memory too', () => {
  const shared = Buffer.from(new SharedArrayBuffer(2 * 1024 * 1024));
  for (const plain of [text, text.subarray(7, 300), randomBytes(70_000), Buffer.of(1), text.subarray(0, 1 << 20)]) {
    for (const into of [Buffer.alloc(2 * 1024 * 1024), shared.subarray(333)]) {
      const length = zstdInto(plain, into, LEVEL) ?? 0;
      expect(into.subarray(0, length).equals(zlib.zstdCompressSync(plain, { params }))).toBe(true);
    }
  }
});

test('says so when the result does not fit, and leaves what lies behind alone', () => {
  const memory = Buffer.alloc(200, 0xa5);
  expect(zstdInto(randomBytes(1000), memory.subarray(0, 100), LEVEL)).toBeNull();
  expect(memory.subarray(100).every((byte) => byte === 0xa5)).toBe(true);
});
