import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RESCUE, text } from './testing/rescue-stage.ts';

const { decodeZstd } = (await import(pathToFileURL(RESCUE).href)) as {
  decodeZstd: (input: Uint8Array, limit: number) => Buffer;
};

describe('the zstd decoder', () => {
  const compress = (plain: Buffer, params: Record<number, number> = {}) => zlib.zstdCompressSync(plain, { params });
  const {
    ZSTD_c_compressionLevel: LEVEL,
    ZSTD_c_checksumFlag: CHECKSUM,
    ZSTD_c_contentSizeFlag: SIZE,
  } = zlib.constants;
  const {
    ZSTD_c_windowLog: WINDOW,
    ZSTD_c_enableLongDistanceMatching: LONG,
    ZSTD_c_minMatch: MIN_MATCH,
  } = zlib.constants;

  const noise = randomBytes(200_000);
  const samples: Record<string, Buffer> = {
    empty: Buffer.alloc(0),
    'one byte': Buffer.from('a'),
    'a few bytes': Buffer.from('abcabcabcabcabcdabcd'),
    'one repeated byte': Buffer.alloc(300_000, 7),
    'a MiB of zeros': Buffer.alloc(1_048_576),
    'much text': text(500_000),
    'several MiB of a program': fs.readFileSync(process.execPath).subarray(30_000_000, 34_000_000),
    incompressible: noise,
    'skewed bytes': Buffer.from(noise.map((byte) => Math.clz32(byte | 1))),
    'two symbols': Buffer.from(noise.map((byte) => 65 + (byte & 1))),
    'long matches': Buffer.concat([noise, text(1000), noise, Buffer.alloc(70_000), noise]),
    'numbers in binary': Buffer.from(Uint32Array.from({ length: 60_000 }, (_, i) => i * i).buffer),
    'a program': fs.readFileSync(RESCUE),
  };

  /** One or two of each strategy of the encoder, which is what makes its frames different. */
  const LEVELS = [-100, -5, 1, 3, 5, 7, 12, 13, 16, 18, 19, 22];

  it.each(Object.keys(samples))('expands %s by every strategy of the encoder', (name) => {
    const plain = samples[name] as Buffer;
    for (const level of plain.length > 1_000_000 ? [-5, 1, 3, 9, 19] : LEVELS) {
      expect(decodeZstd(compress(plain, { [LEVEL]: level }), plain.length).equals(plain), `level ${level}`).toBe(true);
    }
  });

  it('expands frames without content size, with checksum and with any window', () => {
    const plain = samples['long matches'] as Buffer;
    for (const window of [10, 12, 17, 20, 27]) {
      const packed = compress(plain, { [WINDOW]: window, [CHECKSUM]: 1, [SIZE]: 0, [LONG]: 1, [MIN_MATCH]: 3 });
      expect(decodeZstd(packed, plain.length).equals(plain)).toBe(true);
    }
  });

  it('expands several frames with skippable ones between', () => {
    const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    const packed = Buffer.concat([skippable, compress(text(5000)), skippable, compress(text(70))]);
    expect(decodeZstd(packed, 5070).equals(Buffer.concat([text(5000), text(70)]))).toBe(true);
  });

  it('expands what a stream with flushes makes', async () => {
    const pieces = [text(10), Buffer.alloc(0), text(300_000, 'b'), randomBytes(5000), text(10)];
    const stream = zlib.createZstdCompress();
    const packed: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => packed.push(chunk));
    for (const piece of pieces) {
      stream.write(piece);
      await new Promise<void>((done) => stream.flush(done));
    }
    stream.end();
    await once(stream, 'end');
    const plain = Buffer.concat(pieces);
    expect(decodeZstd(Buffer.concat(packed), plain.length).equals(plain)).toBe(true);
  });

  it('agrees with the encoder on any content', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 3000 }),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 3000 }))
        .map(([unit, times]) => new Uint8Array(unit.length * times).map((_, i) => unit[i % unit.length] as number)),
      fc.array(fc.constantFrom(1, 2, 3, 5, 8, 200), { maxLength: 4000 }).map((list) => Uint8Array.from(list)),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 6 }),
        fc.integer({ min: -20, max: 22 }),
        fc.boolean(),
        (pieces, level, sized) => {
          const plain = Buffer.concat([...pieces, ...pieces.slice(0, 2)]);
          const packed = compress(plain, { [LEVEL]: level, [SIZE]: sized ? 1 : 0 });
          expect(decodeZstd(packed, plain.length).equals(plain)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('refuses damaged frames, or gives as many bytes as were asked for at most', () => {
    const packed = compress(text(20_000), { [LEVEL]: 3 });
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const broken = Buffer.from(packed);
        broken[at] = (broken[at] as number) ^ change;
        try {
          expect(decodeZstd(broken, 20_000).length).toBeLessThanOrEqual(20_000);
        } catch (error) {
          expect((error as Error).message).toMatch(/^zstd: /);
        }
      }),
      { numRuns: 1500 },
    );
    for (let cut = 1; cut < packed.length; cut += 7) {
      expect(() => decodeZstd(packed.subarray(0, cut), 20_000)).toThrow(/zstd/);
    }
    expect(() => decodeZstd(packed, 19_999)).toThrow(/longer/);
  });
});
