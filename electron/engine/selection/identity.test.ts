import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ELEMENT_TYPES } from '../../../shared/model/element.ts';
import { decodeIdentity, encodeIdentity } from './identity.ts';

const natural = fc.maxSafeNat();
const time = fc.record({ seconds: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), nanos: fc.nat(999_999_999) });
const fields = fc.record({
  type: fc.constantFrom(...ELEMENT_TYPES),
  inode: natural,
  size: natural,
  modifiedAt: time,
  changedAt: time,
});

test('an identity says all that went into it, up to 2^53', () => {
  fc.assert(
    fc.property(fields, (one) => {
      expect(decodeIdentity(encodeIdentity(one))).toEqual(one);
    }),
  );
});

test('two identities are the same bytes exactly when their fields are the same', () => {
  fc.assert(
    fc.property(fields, fields, (one, other) => {
      const same = JSON.stringify(one) === JSON.stringify(other);
      expect(Buffer.compare(encodeIdentity(one), encodeIdentity(other)) === 0).toBe(same);
    }),
  );
});

test('the bytes are the documented ones', () => {
  const identity = encodeIdentity({
    type: 'dir',
    inode: 300,
    size: 1,
    modifiedAt: { seconds: -1, nanos: 5 },
    changedAt: { seconds: 1, nanos: 6 },
  });
  expect([...identity]).toEqual([1, 0xac, 2, 1, 1, 5, 4, 6]);
});
