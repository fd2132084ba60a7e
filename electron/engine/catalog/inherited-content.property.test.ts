import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PART_BYTES, type StoredExtent } from '../../../shared/model/element.ts';
import { ByteReader } from '../blockset/byte-reader.ts';
import { ByteWriter } from '../blockset/byte-writer.ts';
import { readMap } from '../blockset/extent-codec.ts';
import { SetTable, writeElementPart } from '../blockset/records.ts';
import { ExtentBuilder } from '../mover/extent-builder.ts';
import { InheritingStream } from '../mover/inheriting-stream.ts';
import { cutExtents } from './cut-extents.ts';

const SEGMENT = 65_536;
const SEGMENTS = 48;
const [own, parent, grandparent] = ['01', '02', '03'].map((digits) => digits.repeat(16)) as [string, string, string];
const table = (): SetTable => new SetTable(own, [parent, grandparent]);

/** A segment: none, or the set it lies in; those of one set lie behind each other. */
const part = fc.array(fc.constantFrom(null, parent, grandparent), { minLength: SEGMENTS, maxLength: SEGMENTS });
/** What became of each: taken over, written anew, or a hole. */
const fates = fc.array(fc.constantFrom('kept', 'kept', 'kept', 'written', 'hole'), {
  minLength: SEGMENTS,
  maxLength: SEGMENTS,
});

const built = (segments: readonly (string | null)[], seed: number): StoredExtent[] => {
  const extents = new ExtentBuilder();
  const next = new Map<string, number>();
  for (const [at, set] of segments.entries()) {
    if (set === null) continue;
    const place = next.get(set) ?? 0;
    next.set(set, place + 1);
    const offset = PART_BYTES + at * SEGMENT;
    extents.add({
      offset,
      // The last one is shorter, as the end of a volume may be.
      length: at === SEGMENTS - 1 ? 4096 : SEGMENT,
      sourceAddress: offset,
      set,
      chunk: seed,
      unit: 1 + Math.floor(place / 16),
      unitOffset: (place % 16) * SEGMENT,
      digest: Buffer.alloc(32, seed + at),
    });
  }
  return extents.extents();
};

const plain = (extents: readonly StoredExtent[]) =>
  extents.map((extent) => ({ ...extent, digests: Buffer.from(extent.digests).toString('hex') }));

test('what a map takes over is, put in from its parent, what it was to the byte', () => {
  fc.assert(
    fc.property(part, fates, fc.integer({ min: 1, max: 700 }), (before, became, cut) => {
      const layout = built(before, 1);
      const kept = cutExtents(
        became.flatMap((fate, at) =>
          fate === 'kept' && before[at] !== null
            ? [
                {
                  kind: 'inherited' as const,
                  offset: PART_BYTES + at * SEGMENT,
                  length: at === SEGMENTS - 1 ? 4096 : SEGMENT,
                },
              ]
            : [],
        ),
        layout,
      );
      const written = built(
        became.map((fate) => (fate === 'written' ? own : null)),
        7,
      );
      const extents = [...kept, ...written].toSorted((one, other) => one.offset - other.offset);

      const full = new ByteWriter();
      writeElementPart(full, '/disk' as never, 1, extents, table());
      const stream = new InheritingStream(table());
      const bytes = Buffer.from(full.view());
      const out: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += cut) out.push(Buffer.from(stream.take(bytes.subarray(at, at + cut))));
      stream.done();
      const body = new ByteReader(Buffer.concat(out));
      body.byte();
      body.varint();
      body.byteString();
      body.varint();
      const map = readMap(body, PART_BYTES, table().setOf);
      expect(map.filter((entry) => 'set' in entry && entry.set !== own)).toEqual([]);
      expect(plain(cutExtents(map, layout))).toEqual(plain(cutExtents(extents, [])));
    }),
    { numRuns: 200 },
  );
});

test('a run of which the parent lacks a segment, or that ends within one, is refused', () => {
  const layout = built([parent, parent, null, parent, ...Array<null>(SEGMENTS - 4).fill(null)], 1);
  const run = (segments: number, more = 0) => [
    { kind: 'inherited' as const, offset: PART_BYTES, length: segments * SEGMENT + more },
  ];
  expect(cutExtents(run(2), layout)).toHaveLength(1);
  expect(() => cutExtents(run(3), layout)).toThrow(expect.objectContaining({ code: 'RECORD_MALFORMED' }));
  expect(() => cutExtents(run(1, 4096), layout)).toThrow(expect.objectContaining({ code: 'RECORD_MALFORMED' }));
  expect(() => cutExtents(run(1), [])).toThrow(expect.objectContaining({ code: 'RECORD_MALFORMED' }));
});
