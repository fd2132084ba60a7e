import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ELEMENT_TYPES } from '../../../shared/model/element.ts';
import { ByteWriter } from '../blockset/byte-writer.ts';
import { encodeIdentity } from '../selection/identity.ts';
import { expandIdentity, isDirectory, packIdentity, unpackIdentity } from './packed-identity.ts';

const time = fc.record({
  seconds: fc.oneof(
    fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
    fc.integer({ min: 1_600_000_000, max: 1_800_000_000 }),
  ),
  nanos: fc.oneof(fc.constant(0), fc.nat(999_999_999)),
});
const fields = fc
  .record({
    type: fc.constantFrom(...ELEMENT_TYPES),
    inode: fc.maxSafeNat(),
    size: fc.maxSafeNat(),
    modifiedAt: time,
    changedAt: fc.option(time),
  })
  .map((of) => ({ ...of, changedAt: of.changedAt ?? of.modifiedAt }));

test('a packed identity gives back the canonical one, byte for byte', () => {
  fc.assert(
    fc.property(fields, (of) => {
      const out = new ByteWriter(64);
      packIdentity(out, ELEMENT_TYPES.indexOf(of.type), of);
      expect(unpackIdentity(out.view())).toEqual(of);
      expect([...expandIdentity(out.view())]).toEqual([...encodeIdentity(of)]);
      expect(isDirectory(out.view())).toBe(of.type === 'dir');
    }),
  );
});
