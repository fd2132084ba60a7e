import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openInto, type Sealing, sealInto, TAG_BYTES } from './aes-gcm.ts';

const sealing = (): Sealing => ({ key: randomBytes(32), nonce: randomBytes(12), context: randomBytes(40) });

/** The same with the runtime's own cipher, which is what other systems use. */
const sealedByRuntime = (plain: Uint8Array, { key, nonce, context }: Sealing): Buffer => {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(context);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
};

describe.runIf(process.platform === 'linux')('sealing from memory to memory', () => {
  test.each([0, 1, 15, 16, 17, 4096, 131_073, 5_000_000])(
    'of %d bytes gives those of the runtime’s cipher',
    (bytes) => {
      const plain = randomBytes(bytes);
      const with_ = sealing();
      const memory = Buffer.alloc(bytes + TAG_BYTES + 20, 0xa5);
      expect(sealInto(plain, memory, with_)).toBe(true);
      expect(memory.subarray(0, bytes + TAG_BYTES).equals(sealedByRuntime(plain, with_))).toBe(true);
      expect(memory.subarray(bytes + TAG_BYTES).every((byte) => byte === 0xa5)).toBe(true);

      const opened = Buffer.alloc(bytes + 20, 0x5a);
      expect(openInto(memory.subarray(0, bytes + TAG_BYTES), opened, with_)).toBe(true);
      expect(opened.subarray(0, bytes).equals(plain)).toBe(true);
      expect(opened.subarray(bytes).every((byte) => byte === 0x5a)).toBe(true);
    },
  );

  test('works in shared memory, at odd places, and where the content lies already', () => {
    const plain = randomBytes(70_001);
    const with_ = sealing();
    const shared = Buffer.from(new SharedArrayBuffer(200_000));
    expect(sealInto(plain, shared.subarray(33), with_)).toBe(true);
    expect(shared.subarray(33, 33 + plain.length + TAG_BYTES).equals(sealedByRuntime(plain, with_))).toBe(true);
    expect(openInto(shared.subarray(33, 33 + plain.length + TAG_BYTES), shared.subarray(33), with_)).toBe(true);
    expect(shared.subarray(33, 33 + plain.length).equals(plain)).toBe(true);
    const content = shared.subarray(33, 33 + plain.length);
    expect(sealInto(content, shared.subarray(33), with_)).toBe(true);
    expect(shared.subarray(33, 33 + plain.length + TAG_BYTES).equals(sealedByRuntime(plain, with_))).toBe(true);
  });

  test('opens nothing of which a bit is another, and goes on with the next', () => {
    const plain = randomBytes(300);
    const with_ = sealing();
    const sealed = sealedByRuntime(plain, with_);
    const parts = { sealed, ...with_ };
    fc.assert(
      fc.property(
        fc.constantFrom('sealed', 'key', 'nonce', 'context'),
        fc.nat(),
        fc.integer({ min: 0, max: 7 }),
        (part, at, bit) => {
          const changed = Buffer.from(parts[part]);
          changed[at % changed.length] = (changed[at % changed.length] as number) ^ (1 << bit);
          const broken = { ...parts, [part]: changed };
          expect(openInto(broken.sealed, Buffer.alloc(300), broken)).toBe(false);
          expect(openInto(sealed, Buffer.alloc(300), with_)).toBe(true);
        },
      ),
    );
  });

  test('what it seals opens with the runtime’s cipher', () => {
    const plain = randomBytes(1_000_003);
    const with_ = sealing();
    const memory = Buffer.alloc(plain.length + TAG_BYTES);
    sealInto(plain, memory, with_);
    const cipher = createDecipheriv('aes-256-gcm', with_.key, with_.nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(with_.context);
    cipher.setAuthTag(memory.subarray(-TAG_BYTES));
    expect(Buffer.concat([cipher.update(memory.subarray(0, -TAG_BYTES)), cipher.final()]).equals(plain)).toBe(true);
  });
});

test('refuses what has no room or not the length that is needed', () => {
  const with_ = sealing();
  expect(() => sealInto(Buffer.alloc(10), Buffer.alloc(25), with_)).toThrow(RangeError);
  expect(() => openInto(Buffer.alloc(15), Buffer.alloc(25), with_)).toThrow(RangeError);
  expect(() => openInto(Buffer.alloc(30), Buffer.alloc(13), with_)).toThrow(RangeError);
});

test.runIf(process.platform === 'linux')('refuses keys and nonces of other lengths', () => {
  const with_ = sealing();
  expect(() => sealInto(Buffer.alloc(1), Buffer.alloc(17), { ...with_, key: randomBytes(31) })).toThrow(RangeError);
  expect(() => openInto(Buffer.alloc(17), Buffer.alloc(1), { ...with_, nonce: randomBytes(13) })).toThrow(RangeError);
});
