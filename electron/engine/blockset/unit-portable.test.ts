import { randomBytes } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { CODECS, decodeUnit, encodeUnit, encodeUnitInto, sealContext, UnitMemory, type UnitSeal } from './unit.ts';

/** Units as they are sealed and opened where the runtime keeps its OpenSSL to itself: other systems, Electron. */
const native = vi.hoisted(() => ({ at: false }));
vi.mock('../../platform/aes-gcm.ts', async (original) => {
  const real = await original<typeof import('../../platform/aes-gcm.ts')>();
  return {
    ...real,
    sealInto: (...given: Parameters<typeof real.sealInto>) => native.at && real.sealInto(...given),
    openInto: (...given: Parameters<typeof real.openInto>) => native.at && real.openInto(...given),
  };
});

const seal: UnitSeal = { key: randomBytes(32), context: sealContext(randomBytes(16), 7) };
const plains = [
  Buffer.alloc(0),
  Buffer.from('a'),
  randomBytes(700_001),
  Buffer.from('written twice, stored once; '.repeat(40_000)),
];

/** Every unit that one of the two makes is opened by the other. */
test.each([
  ['here', 'there', true],
  ['there', 'here', false],
])('what is sealed %s opens %s', (_from, _to, sealedNative) => {
  for (const codec of CODECS) {
    for (const [number, plain] of plains.entries()) {
      native.at = sealedNative;
      const { frame, body } = encodeUnit(plain, number, codec, seal);
      const memory = Buffer.alloc(plain.length + 2000, 0xa5);
      const bytes = encodeUnitInto(memory, 100, plain, number, codec, seal);
      native.at = !sealedNative;
      expect(decodeUnit(Buffer.concat([frame, ...body]), 0, seal)).toMatchObject({ number });
      const opened = decodeUnit(memory.subarray(0, 100 + bytes), 100, seal, new UnitMemory());
      expect(opened.plain.length === plain.length && Buffer.from(opened.plain).equals(plain)).toBe(true);
      expect(opened.next).toBe(100 + bytes);
      expect(memory.subarray(0, 100).every((byte) => byte === 0xa5)).toBe(true);
    }
  }
});

test('a seal that does not open is damage, with one byte of it changed or another context', () => {
  native.at = false;
  const { frame, body } = encodeUnit(plains[2] as Buffer, 3, 'none', seal);
  const unit = Buffer.concat([frame, ...body]);
  const other = { ...seal, context: sealContext(randomBytes(16), 7) };
  expect(() => decodeUnit(unit, 0, other)).toThrow(expect.objectContaining({ code: 'UNIT_DAMAGED' }));
  expect(() => decodeUnit(unit, 0, null)).toThrow(expect.objectContaining({ code: 'UNIT_DAMAGED' }));
});
