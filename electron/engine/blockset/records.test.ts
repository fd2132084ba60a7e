import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteStringOf } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { ELEMENT_TYPES, type ElementRecord } from '../../../shared/model/element.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { readAttributes, skipAttributes, writeAttributes } from './element-codec.ts';
import { forEachChunk, inherited, isInherited, readMap, writeMap } from './extent-codec.ts';
import { readRecords, SetTable, wholeRecords, writeElement, writeElementPart, writeRemoved } from './records.ts';

const own = '00'.repeat(16);
const other = 'ab'.repeat(16);
const natural = fc.oneof(fc.nat(), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
const name = fc.uint8Array({ minLength: 1, maxLength: 300 }).map(byteStringOf);
const time = fc.record({ seconds: fc.integer({ min: -(2 ** 51), max: 2 ** 51 }), nanos: fc.nat(999_999_999) });

const extents = fc
  .array(fc.record({ gap: fc.nat(200_000), length: fc.integer({ min: 1, max: 1024 * 1024 }), spanned: fc.boolean() }), {
    maxLength: 5,
  })
  .map((runs) => {
    let end = 0;
    return runs.map(({ gap, length, spanned }) => {
      const offset = end + gap;
      end = offset + length;
      const digestSpan = spanned ? 65536 : 0;
      const digests = Buffer.alloc(32 * (spanned ? Math.ceil(length / 65536) : 1), length & 255);
      return {
        offset,
        length,
        sourceAddress: spanned ? null : gap,
        set: spanned ? own : other,
        chunk: gap,
        unit: 3,
        unitOffset: 7,
        digestSpan,
        digests,
      };
    });
  });

const element: fc.Arbitrary<ElementRecord> = fc
  .record({
    path: name,
    type: fc.constantFrom(...ELEMENT_TYPES),
    mode: fc.nat(0o7777),
    uid: fc.nat(),
    gid: fc.nat(),
    user: fc.string(),
    group: fc.string(),
    size: natural,
    modifiedAt: time,
    changedAt: time,
    device: natural,
    inode: natural,
    links: fc.nat(),
    fileFlags: fc.option(fc.nat()),
    target: name,
    major: fc.nat(4095),
    extendedAttributes: fc.array(fc.record({ name, value: fc.uint8Array().map((bytes) => Buffer.from(bytes)) })),
    marks: fc.record({ racy: fc.boolean(), changedWhileCopied: fc.boolean(), unreadable: fc.boolean() }),
    extents,
  })
  .map(({ extents: runs, target, major, ...rest }) => ({
    attributes: {
      ...rest,
      linkTarget: rest.type === 'symlink' ? target : byteStringOf(new Uint8Array()),
      deviceMajor: rest.type.endsWith('dev') ? major : 0,
      deviceMinor: rest.type.endsWith('dev') ? major + 1 : 0,
    },
    extents: runs,
  }));

describe('record streams', () => {
  test('integers survive the way through a varint over the whole safe range', () => {
    fc.assert(
      fc.property(natural, fc.maxSafeInteger(), (value, signed) => {
        fc.pre(Math.abs(signed) < 2 ** 52);
        const out = new ByteWriter(1);
        out.varint(value);
        out.zigzag(signed);
        const input = new ByteReader(out.view());
        expect([input.varint(), input.zigzag(), input.remaining]).toEqual([value, signed, 0]);
      }),
    );
  });

  test('elements come back as they were written', () => {
    fc.assert(
      fc.property(element, (record) => {
        const table = new SetTable(own, [other]);
        const out = new ByteWriter();
        writeElement(out, record, table);
        expect([...readRecords(out.view(), table)]).toEqual([{ kind: 'element', record }]);
      }),
    );
  });

  test('a part of a long file counts its extents from its own beginning', () => {
    const table = new SetTable(own);
    const out = new ByteWriter();
    const extent = {
      offset: 3 * 64 * 1024 * 1024 + 5,
      length: 9,
      sourceAddress: null,
      set: own,
      chunk: 1,
      unit: 2,
      unitOffset: 0,
      digestSpan: 0,
      digests: Buffer.alloc(32),
    };
    const path = byteStringOf(Buffer.from('/big'));
    writeElementPart(out, path, 3, [extent], table);
    expect([...readRecords(out.view(), table)]).toEqual([{ kind: 'element-part', path, part: 3, extents: [extent] }]);
  });

  test('a stream that is cut anywhere is refused or yields only whole records, and never anything else', () => {
    const table = new SetTable(own);
    const out = new ByteWriter();
    for (const path of ['/a', '/b', '/d']) writeRemoved(out, byteStringOf(Buffer.from(path)));
    const whole = Buffer.from(out.view());
    for (let cut = 0; cut < whole.length; cut += 1) {
      const part = whole.subarray(0, wholeRecords(whole.subarray(0, cut)));
      expect([...readRecords(part, table)].length).toBe(Math.floor(cut / 5));
    }
  });

  test('what passes over an element stops where what reads it does, and names the chunks of its extents', () => {
    const passedOver = (bytes: Uint8Array): unknown => {
      const input = new ByteReader(bytes);
      const chunks: unknown[] = [];
      skipAttributes(input);
      forEachChunk(input, (index, chunk) => chunks.push([index, chunk]));
      return [input.position, chunks];
    };
    const read = (bytes: Uint8Array): unknown => {
      const input = new ByteReader(bytes);
      readAttributes(input);
      const map = readMap(input, 0, String);
      return [input.position, map.flatMap((entry) => (isInherited(entry) ? [] : [[Number(entry.set), entry.chunk]]))];
    };
    const outcome = (work: () => unknown): unknown => {
      try {
        return work();
      } catch (thrown) {
        return (thrown as ColdframeError).code;
      }
    };
    fc.assert(
      fc.property(
        element,
        fc.nat(9),
        fc.option(fc.tuple(fc.nat(), fc.nat(255))),
        ({ attributes, extents: own }, length, flipped) => {
          const out = new ByteWriter();
          writeAttributes(out, attributes);
          writeMap(out, [...own, inherited((own.at(-1)?.offset ?? 0) + (own.at(-1)?.length ?? 0), length)], 0, (set) =>
            set === other ? 1 : 0,
          );
          const bytes = Buffer.from(out.view());
          if (flipped) bytes[flipped[0] % bytes.length] = flipped[1];
          expect(outcome(() => passedOver(bytes))).toEqual(outcome(() => read(bytes)));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('bytes that are no stream raise RECORD_MALFORMED and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        try {
          for (const record of readRecords(bytes, new SetTable(own))) expect(record.kind).toBeTypeOf('string');
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ColdframeError);
          expect((thrown as ColdframeError).code).toBe('RECORD_MALFORMED');
        }
      }),
      { numRuns: 2000 },
    );
  });
});
