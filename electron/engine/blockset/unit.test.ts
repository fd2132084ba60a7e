import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ColdframeError } from '../../../shared/errors.ts';
import {
  CODECS,
  decodeUnit,
  encodeUnit,
  encodeUnitInto,
  FRAME_BYTES,
  readFrame,
  sealContext,
  type UnitSeal,
} from './unit.ts';

const seal: UnitSeal = { key: randomBytes(32), context: sealContext(randomBytes(16), 7) };
const joined = (unit: { frame: Uint8Array; body: Uint8Array[] }): Buffer => Buffer.concat([unit.frame, ...unit.body]);
const content = fc.oneof(
  fc.uint8Array({ maxLength: 5000 }),
  fc.tuple(fc.nat(255), fc.nat(100_000)).map(([byte, length]) => new Uint8Array(length).fill(byte)),
);

describe('units', () => {
  test('come back as they were, under every codec, sealed or not', () => {
    fc.assert(
      fc.property(content, fc.constantFrom(...CODECS), fc.boolean(), fc.nat(1000), (plain, codec, sealed, number) => {
        const with_ = sealed ? seal : null;
        const bytes = joined(encodeUnit(plain, number, codec, with_));
        const unit = decodeUnit(bytes, 0, with_);
        expect(Buffer.from(unit.plain).equals(Buffer.from(plain))).toBe(true);
        expect([unit.number, unit.next]).toEqual([number, bytes.length]);
      }),
    );
  });

  test('written into memory they are the same bytes, wherever they begin, and nothing around them is touched', () => {
    fc.assert(
      fc.property(content, fc.constantFrom(...CODECS), fc.nat(5000), (plain, codec, at) => {
        const wanted = encodeUnit(plain, 3, codec, null);
        const memory = Buffer.alloc(at + 110_000, 0xa5);
        expect(encodeUnitInto(memory, at, plain, 3, codec, null)).toBe(wanted.bytes);
        expect(memory.subarray(at, at + wanted.bytes).equals(joined(wanted))).toBe(true);
        expect(memory.subarray(0, at).every((byte) => byte === 0xa5)).toBe(true);
      }),
    );
  });

  test('sealed units that are written into memory open again', () => {
    fc.assert(
      fc.property(content, fc.constantFrom(...CODECS), fc.nat(5000), (plain, codec, at) => {
        const memory = Buffer.alloc(at + 110_000);
        const bytes = encodeUnitInto(memory, at, plain, 3, codec, seal);
        const unit = decodeUnit(memory, at, seal);
        expect([unit.next, Buffer.from(unit.plain).equals(plain)]).toEqual([at + bytes, true]);
      }),
    );
  });

  test('a unit that does not fit its memory is refused', () => {
    for (const with_ of [null, seal])
      expect(() => encodeUnitInto(Buffer.alloc(900), 0, randomBytes(1000), 0, 'zstd', with_)).toThrow(RangeError);
  });

  test('content that does not shrink is stored as it is', () => {
    const plain = randomBytes(100_000);
    const unit = encodeUnit(plain, 0, 'zstd', null);
    expect(readFrame(joined(unit), 0).codec).toBe('none');
    expect(unit.bytes).toBe(FRAME_BYTES + plain.length);
  });

  test('any flipped bit is detected', () => {
    for (const with_ of [null, seal]) {
      const bytes = joined(
        encodeUnit(Buffer.from('the only copy of somebody’s data, the only copy'.repeat(3)), 4, 'zstd', with_),
      );
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(() => decodeUnit(flipped, 0, with_)).toThrow(ColdframeError);
      }
    }
  });

  test('a unit cut anywhere is detected', () => {
    const bytes = joined(encodeUnit(randomBytes(300), 1, 'deflate', null));
    for (let cut = 0; cut < bytes.length; cut += 1)
      expect(() => decodeUnit(bytes.subarray(0, cut), 0, null)).toThrow(ColdframeError);
  });

  test('a sealed unit does not open in another place, under another key or without one', () => {
    const bytes = joined(encodeUnit(Buffer.from('secret'), 1, 'none', seal));
    const elsewhere = { key: seal.key, context: sealContext(seal.context.subarray(0, 16), 8) };
    for (const wrong of [null, elsewhere, { ...seal, key: randomBytes(32) }])
      expect(() => decodeUnit(bytes, 0, wrong)).toThrow(ColdframeError);
  });

  test('an open unit is refused where sealed ones belong', () => {
    expect(() => decodeUnit(joined(encodeUnit(Buffer.from('planted'), 1, 'none', null)), 0, seal)).toThrow(
      /not sealed/,
    );
  });
});
