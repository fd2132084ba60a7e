import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ColdframeError } from '../../../shared/errors.ts';
import { bytes, millis, setId, tapeId, vaultId } from '../../../shared/units.ts';
import { type ChunkHeader, decodeChunkHeader, encodeChunkHeader } from './chunk-header.ts';
import { decodeChunkTrailer, encodeChunkTrailer } from './chunk-trailer.ts';
import { containerImage, MAX_RECORD_BYTES } from './container.ts';
import { cutIntoRecords, DATA_RECORD_BYTES, dataRecordLengths, dataRecordsFramedBytes } from './data-records.ts';
import { decodeFileLabel, decodeVolumeLabel, encodeFileLabel, encodeVolumeLabel, labelDate } from './labels.ts';
import { decodeNodeHeader, encodeNodeHeader } from './node-header.ts';
import { encodeReadme } from './readme-text.ts';
import { decodeTailHead, decodeTapeTrailer, encodeTailHead, encodeTapeTrailer } from './tail-records.ts';
import { ENVELOPE, noise, VAULT, VOLUME } from './testing/tapes.ts';

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const size = fc.maxSafeInteger().map((value) => bytes(Math.abs(value)));
const hex = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((id) => Buffer.from(id).toString('hex'));
const header: fc.Arbitrary<ChunkHeader> = fc.record({
  vault: hex.map(vaultId),
  set: hex.map(setId),
  tape: fc.stringMatching(/^[A-Z0-9]{6}$/).map(tapeId),
  kind: fc.constantFrom('data' as const, 'metadata' as const),
  last: fc.boolean(),
  sequence: u32,
  tapeSequence: u32,
  units: u32,
  part: u32,
  payloadBytes: size,
  plainBytes: size,
  writtenAt: size.map((value) => millis(value)),
  block: size.map(Number),
  offset: size.map(Number),
});
const key = noise(32, 5);
const damaged = expect.objectContaining({ code: 'TAPE_DAMAGED' });

describe('chunk headers', () => {
  test('come back as they were, sealed or not', () => {
    fc.assert(
      fc.property(header, fc.constantFrom(null, key), (one, sealedWith) => {
        const record = encodeChunkHeader(one, sealedWith);
        expect(record).toHaveLength(176);
        expect(decodeChunkHeader(record, sealedWith, 't')).toEqual(one);
      }),
    );
  });

  test('are refused after any flipped bit, under another key, and where the other sort belongs', () => {
    const one = fc.sample(header, 1)[0] as ChunkHeader;
    for (const sealedWith of [null, key]) {
      const record = encodeChunkHeader(one, sealedWith);
      for (let bit = 0; bit < record.length * 8; bit += 1) {
        const flipped = Buffer.from(record);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(() => decodeChunkHeader(flipped, sealedWith, 't')).toThrow(damaged);
      }
      expect(() => decodeChunkHeader(record, sealedWith ? null : key, 't')).toThrow(damaged);
    }
    expect(() => decodeChunkHeader(encodeChunkHeader(one, key), noise(32, 6), 't')).toThrow(damaged);
  });
});

test('chunk trailers, heads and trailer of a tail come back as they were', () => {
  fc.assert(
    fc.property(u32, u32, size, u32, u32, (one, two, three, four, five) => {
      const trailer = {
        tapeSequence: one,
        payloadChecksum: two,
        payloadBytes: Number(three),
        records: four,
        headerChecksum: five,
      };
      expect(decodeChunkTrailer(encodeChunkTrailer(trailer), 't')).toEqual(trailer);
      const head = { payloadBytes: Math.min(three, four * MAX_RECORD_BYTES), records: four, payloadChecksum: five };
      expect(decodeTailHead(encodeTailHead('catalog', head), 'catalog', 't')).toEqual(head);
      expect(() => decodeTailHead(encodeTailHead('catalog', head), 'directory', 't')).toThrow(damaged);
      const end = {
        chunks: one,
        directoryBlock: Number(three),
        directoryOffset: two,
        writtenAt: four,
        payloadBytes: five,
      };
      expect(decodeTapeTrailer(encodeTapeTrailer(end), 't')).toEqual(end);
    }),
  );
});

test('no decoder throws anything but an error of ours, whatever it is given', () => {
  const genuine = [
    encodeVolumeLabel(VOLUME, VAULT),
    encodeFileLabel({ name: 'EOF1', createdAt: millis(0), chunks: 3 }, VAULT),
    encodeNodeHeader(node),
    encodeChunkTrailer({ tapeSequence: 1, payloadChecksum: 2, payloadBytes: 3, records: 4, headerChecksum: 5 }),
    encodeTailHead('directory', { payloadBytes: 1, records: 1, payloadChecksum: 1 }),
    encodeTapeTrailer({ chunks: 1, directoryBlock: 2, directoryOffset: 3, writtenAt: 4, payloadBytes: 5 }),
  ];
  const decoders = [decodeVolumeLabel, decodeFileLabel, decodeNodeHeader, decodeChunkTrailer, decodeTapeTrailer];
  const decodeAll = [
    ...decoders,
    (record: Uint8Array) => decodeTailHead(record, 'directory', 't'),
    (record: Uint8Array) => decodeChunkHeader(record, key, 't'),
  ];
  const mutated = fc.tuple(fc.constantFrom(...genuine), fc.nat(), fc.nat(255)).map(([record, at, value]) => {
    const copy = Buffer.from(record);
    copy[at % copy.length] = value;
    return copy;
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), (record) => {
      for (const decode of decodeAll) {
        try {
          decode(record, 't');
        } catch (error) {
          expect(error).toBeInstanceOf(ColdframeError);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

const node = {
  vault: { id: VAULT, name: 'Büro' },
  tape: { volume: VOLUME, barcode: 'CF0001L8', pool: 'data', sequence: 1, labelledAt: '2026-01-01T00:00:00.000Z' },
  sealed: true,
  envelopes: [ENVELOPE],
};

describe('node headers', () => {
  test('come back as they were, of even length', () => {
    expect(encodeNodeHeader(node).length % 2).toBe(0);
    expect(decodeNodeHeader(encodeNodeHeader(node), 't')).toEqual({ format: 'coldframe-tape', version: 1, ...node });
  });

  test('of a newer version are told apart from damaged ones', () => {
    const text = encodeNodeHeader(node).toString();
    const newer = Buffer.from(text.replace('"version":1', '"version":2'));
    expect(() => decodeNodeHeader(newer, 't')).toThrow(
      expect.objectContaining({ code: 'TAPE_DAMAGED', context: expect.objectContaining({ newer: 2 }) }),
    );
    expect(() => decodeNodeHeader(Buffer.from(text.replace('"sealed":true', '"sealed":false')), 't')).toThrow(damaged);
  });

  test('cannot ask for memory or time without bound', () => {
    for (const costs of [{ n: 2 ** 30 }, { n: 2 ** 20, r: 32 }, { p: 1000 }, { n: 1000 }, { salt: '' }]) {
      const hostile = encodeNodeHeader({ ...node, envelopes: [{ ...ENVELOPE, ...costs }] });
      expect(() => decodeNodeHeader(hostile, 't')).toThrow(damaged);
    }
  });
});

describe('labels', () => {
  test('have the columns of ANSI X3.27', () => {
    const label = encodeFileLabel({ name: 'EOV1', createdAt: millis(Date.UTC(2026, 1, 1)), chunks: 1_234_567 }, VAULT);
    expect(label.toString()).toBe(
      `EOV1COLDFRAME        001122${'000100010001'}00026032 00000 234567COLDFRAME           `,
    );
    expect(decodeFileLabel(label, 't')).toBe('EOV1');
    expect(decodeVolumeLabel(encodeVolumeLabel(VOLUME, VAULT), 't')).toEqual({
      volume: 'CF0001',
      owner: '00112233445566',
    });
  });

  test('write dates as century, year and day of the year', () => {
    const dates = [Date.UTC(1999, 11, 31), Date.UTC(2000, 0, 1), Date.UTC(2024, 11, 31, 23, 59), Date.UTC(2100, 0, 1)];
    expect(dates.map((date) => labelDate(millis(date)))).toEqual([' 99365', '000001', '024366', '100001']);
  });
});

test('a payload is cut every 256 KiB, without copying and whatever its parts', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400_000), { maxLength: 6 }), (sizes) => {
      const parts = sizes.map((length, index) => Buffer.alloc(length, index + 1));
      const payload = Buffer.concat(parts);
      const records = cutIntoRecords(parts);
      const lengths = records.map((pieces) => pieces.reduce((sum, piece) => sum + piece.length, 0));
      expect(lengths).toEqual(dataRecordLengths(payload.length));
      expect(lengths.slice(0, -1).every((length) => length === DATA_RECORD_BYTES)).toBe(true);
      expect(Buffer.concat(records.flat()).subarray(0, payload.length).equals(payload)).toBe(true);
      expect(dataRecordsFramedBytes(payload.length)).toBe(
        containerImage(records.map((pieces) => Buffer.concat(pieces))).length,
      );
    }),
    { numRuns: 50 },
  );
});

test('the README is plain text in records of even length that say how to restore', () => {
  const records = encodeReadme('CF0001', 'x'.repeat(40_000), true);
  expect(records.map(({ length }) => length % 2)).toEqual([0, 0]);
  expect(records.every(({ length }) => length <= 32_768)).toBe(true);
  expect(Buffer.concat(records).toString()).toContain('rescue.mjs');
});
