import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteWriter } from '../blockset/byte-writer.ts';
import { rawRecords } from './stream.ts';

const bodies = fc.array(fc.oneof(fc.nat(300), fc.nat(100_000)), { maxLength: 5 });

test('records are the same wherever their stream is cut, and one that is cut off is malformed', () => {
  fc.assert(
    fc.property(bodies, fc.array(fc.integer({ min: 700, max: 150_000 }), { minLength: 1 }), (lengths, cuts) => {
      const out = new ByteWriter();
      for (const [tag, length] of lengths.entries()) {
        out.byte(tag);
        out.bytes(new Uint8Array(length).fill(tag + 1));
      }
      const whole = out.view();
      const pieces: Uint8Array[] = [];
      for (let at = 0, n = 0; at < whole.length; n += 1) {
        const length = cuts[n % cuts.length] as number;
        pieces.push(whole.subarray(at, at + length));
        at += length;
      }
      const found = [...rawRecords(() => pieces)].map(({ tag, bytes, from, start, end }) => {
        expect([bytes[from], new Set(bytes.subarray(start, end))]).toEqual([
          tag,
          new Set(end > start ? [tag + 1] : []),
        ]);
        return end - start;
      });
      expect(found).toEqual(lengths);
      const last = pieces.pop();
      if (last === undefined) return;
      const cutOff = [...pieces, last.subarray(0, -1)];
      expect(() => [...rawRecords(() => cutOff)]).toThrow(expect.objectContaining({ code: 'RECORD_MALFORMED' }));
    }),
    { numRuns: 40 },
  );
});
