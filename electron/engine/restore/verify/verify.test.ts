import { hash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteStringFromText } from '../../../../shared/byte-string.ts';
import { ByteWriter } from '../../blockset/byte-writer.ts';
import { writeEnd, writeRemoved } from '../../blockset/records.ts';
import { TapeReader } from '../../tape/tape-reader.ts';
import { sampleElements, sampleSet } from '../testing/sample-set.ts';
import { SET } from '../testing/written-set.ts';
import { checkDataChunk } from './check-chunk.ts';
import { MetadataStream } from './metadata-stream.ts';

/** Payloads of the sample set's chunks, by sequence. */
const payloads = (): Buffer[] => {
  const folder = mkdtempSync(join(tmpdir(), 'coldframe-verify-'));
  try {
    const set = sampleSet(folder);
    return set.places.map((place) => {
      const access = set.access.find(({ volume }) => volume === place.tape);
      if (access === undefined) throw new Error('no such tape');
      const reader = TapeReader.open(access);
      const payload = Buffer.alloc(place.payloadBytes);
      reader.readChunkPayload(place, payload);
      reader.close();
      return payload;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

describe('a chunk that is verified', () => {
  const chunks = payloads();

  test('is found whole when it is, to the last byte of its content', () => {
    const found = chunks.map((payload, sequence) => checkDataChunk(payload, SET, sequence, null));
    const content = sampleElements().flatMap(({ runs = [], stored }) =>
      (stored === undefined ? runs : []).map((run) => run.content.length),
    );
    expect(found.flatMap(({ reasons }) => reasons)).toEqual([]);
    expect(found.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(content.reduce((sum, each) => sum + each, 0));
  });

  test('is found damaged wherever a byte differs', () => {
    const position = fc.tuple(fc.nat(chunks.length - 1), fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(position, ([sequence, at, flip]) => {
        const payload = Buffer.from(chunks[sequence] as Buffer);
        payload[at % payload.length] = (payload[at % payload.length] as number) ^ flip;
        expect(checkDataChunk(payload, SET, sequence, null).reasons).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('set metadata that is verified', () => {
  const stream = (): Buffer => {
    const out = new ByteWriter();
    for (let n = 0; n < 50; n += 1) writeRemoved(out, byteStringFromText(`/a/${n}`));
    writeEnd(out, 0, 50, hash('sha256', out.view(), 'buffer'));
    return Buffer.from(out.view());
  };

  test('is right however it is cut into parts, and only when nothing differs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 5 }),
        fc.nat(1000),
        (cuts, flip) => {
          const bytes = stream();
          const damaged = flip < bytes.length - 40;
          if (damaged) bytes[flip] = (bytes[flip] as number) ^ 1;
          const checked = new MetadataStream();
          const reasons: (string | null)[] = [];
          let at = 0;
          for (const [part, cut] of [...cuts, bytes.length].entries()) {
            if (at < bytes.length) reasons.push(checked.add(part, bytes.subarray(at, at + cut)));
            at += cut;
          }
          const right = checked.ended && reasons.every((reason) => reason === null);
          expect(right).toBe(!damaged);
        },
      ),
    );
    expect(new MetadataStream().add(2, randomBytes(4))).toContain('missing');
  });
});
