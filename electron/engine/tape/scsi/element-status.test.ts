import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseElementStatus } from './element-status.ts';

interface Described {
  readonly address: number;
  readonly barcode?: string;
  readonly source?: number;
  readonly exception?: number;
}

/** A page of SMC-3, table 37: descriptors of 52 bytes with primary volume tags, or of 16 without. */
const page = (type: number, elements: readonly Described[], tagged = true): Buffer => {
  const size = tagged ? 52 : 16;
  const bytes = Buffer.alloc(8 + size * elements.length);
  bytes.writeUInt8(type, 0);
  bytes.writeUInt8(tagged ? 0x80 : 0, 1);
  bytes.writeUInt16BE(size, 2);
  bytes.writeUInt32BE(size * elements.length, 4);
  elements.forEach(({ address, barcode, source, exception }, index) => {
    const at = 8 + index * size;
    bytes.writeUInt16BE(address, at);
    bytes.writeUInt8((barcode === undefined ? 0 : 1) | (exception === undefined ? 0 : 4), at + 2);
    bytes.writeUInt16BE(exception ?? 0, at + 4);
    bytes.writeUInt8(source === undefined ? 0 : 0x80, at + 9);
    bytes.writeUInt16BE(source ?? 0, at + 10);
    if (tagged) bytes.write((barcode ?? '').padEnd(32), at + 12, 'latin1');
  });
  return bytes;
};

const report = (count: number, ...pages: Buffer[]): Buffer => {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(count, 2);
  header.writeUInt32BE(
    pages.reduce((sum, { length }) => sum + length, 0),
    4,
  );
  return Buffer.concat([header, ...pages]);
};

const slots = page(2, [
  { address: 1000, barcode: 'CF0001L8' },
  { address: 1001 },
  { address: 1002, barcode: '', exception: 0x8300 },
]);
const drives = page(4, [{ address: 1, barcode: 'CF0002L8', source: 1001 }]);

test('slots and drives come with barcodes, sources and exceptions', () => {
  const whole = report(4, slots, drives);
  expect(parseElementStatus(whole)).toEqual({
    bytes: whole.length,
    elements: [
      { type: 'storage', address: 1000, full: true, barcode: 'CF0001L8', source: null, exception: null },
      { type: 'storage', address: 1001, full: false, barcode: null, source: null, exception: null },
      { type: 'storage', address: 1002, full: true, barcode: null, source: null, exception: 0x8300 },
      { type: 'drive', address: 1, full: true, barcode: 'CF0002L8', source: 1001, exception: null },
    ],
  });
});

test('a changer without barcodes has elements all the same', () => {
  expect(parseElementStatus(report(1, page(2, [{ address: 7, barcode: 'x' }], false)))?.elements).toMatchObject([
    { address: 7, full: true, barcode: null },
  ]);
});

test('an answer that was cut off before a barcode, or counts more than it has, is refused', () => {
  const whole = report(4, slots, drives);
  // What follows a barcode in the last descriptor says nothing.
  for (let length = 0; length < whole.length - 8; length += 1)
    expect(parseElementStatus(whole.subarray(0, length))).toBeNull();
  expect(parseElementStatus(report(5, slots, drives))).toBeNull();
  expect(parseElementStatus(report(3, slots, drives))).toBeNull();
});

test('whatever a changer sends, reading it ends and throws nothing', () => {
  const whole = report(4, slots, drives);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
      const bytes = Buffer.from(whole);
      for (const [at, value] of changes) bytes[at] = value;
      const parsed = parseElementStatus(bytes);
      expect(parsed === null || parsed.elements.length <= bytes.length / 12).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
