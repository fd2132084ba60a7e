import { createRequire } from 'node:module';
import zlib from 'node:zlib';

export * from 'node:zlib';

const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
const library = koffi.load('libzstd.so.1');
const bound = library.func('size_t ZSTD_compressBound(size_t)');
const compress = library.func('size_t ZSTD_compress(void *, size_t, const void *, size_t, int)');
const expand = library.func('size_t ZSTD_decompress(void *, size_t, const void *, size_t)');
const failed = library.func('unsigned int ZSTD_isError(size_t)');
const nameOf = library.func('const char *ZSTD_getErrorName(size_t)');

const LEVEL_PARAMETER = 100;
const MOST_BYTES = 64 << 20;

interface Options {
  readonly params?: Readonly<Record<number, number>>;
  readonly maxOutputLength?: number;
}

const demand = (length: number): number => {
  if (failed(length) !== 0) throw Object.assign(new Error(nameOf(length) as string), { code: 'ZSTD_error' });
  return length;
};

export const zstdCompressSync = (plain: Uint8Array, { params = {} }: Options = {}): Buffer => {
  const into = Buffer.alloc(Number(bound(plain.length)));
  return into.subarray(
    0,
    demand(Number(compress(into, into.length, plain, plain.length, params[LEVEL_PARAMETER] ?? 3))),
  );
};

export const zstdDecompressSync = (packed: Uint8Array, { maxOutputLength = MOST_BYTES }: Options = {}): Buffer => {
  const into = Buffer.alloc(maxOutputLength);
  return into.subarray(0, demand(Number(expand(into, into.length, packed, packed.length))));
};

export default {
  ...zlib,
  constants: { ...zlib.constants, ZSTD_c_compressionLevel: LEVEL_PARAMETER },
  zstdCompressSync,
  zstdDecompressSync,
};
