import { readFileSync, statSync, truncateSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { tapeId, vaultId } from '../../../shared/units.ts';
import { TapeReader } from './tape-reader.ts';
import { TapeWriter } from './tape-writer.ts';
import { chunkOf, labelledTape, noise, OTHER_SET, payloadOf, SET } from './testing/tapes.ts';

const sealedKey = noise(32, 99);

describe.each([
  ['open', null],
  ['sealed', sealedKey],
])('on a tape that is %s', (_title, vaultKey) => {
  test('chunks of every size come back as they were, appended over several mounts', () => {
    const access = labelledTape({ vaultKey });
    const chunks = [0, 1, 2, 39, 262_143, 262_144, 262_145, 1_000_001].map((size, index) => chunkOf(index, size));
    const places = chunks.map((chunk) => {
      const writer = TapeWriter.open(access);
      const { place } = writer.appendChunk(chunk);
      writer.finish({ full: false, catalogSets: [] });
      writer.close();
      return place;
    });
    const reader = TapeReader.open(access);
    const into = Buffer.alloc(1_000_001);
    places.forEach((place, index) => {
      const header = reader.readChunkPayload(place, into);
      const chunk = chunks[index] as (typeof chunks)[number];
      expect(into.subarray(0, place.payloadBytes).equals(payloadOf(chunk))).toBe(true);
      expect([header.sequence, header.tapeSequence, header.units]).toEqual([index, index, 1]);
    });
    expect([...reader.scan()]).toEqual([...reader.scan({ headers: true })]);
    expect([...reader.scan()].map((finding) => finding.kind === 'chunk' && finding.place)).toEqual(places);
    const [, , third] = places;
    expect([...reader.scan({ ...(third && { after: third }) })]).toHaveLength(5);
    reader.close();
  });

  test('any range of a payload can be read without the rest', () => {
    const access = labelledTape({ vaultKey });
    const writer = TapeWriter.open(access);
    const chunk = chunkOf(0, 800_001);
    const { place } = writer.appendChunk(chunk);
    writer.flush();
    const reader = TapeReader.open(access);
    for (const [from, length] of [
      [0, 40],
      [262_100, 100],
      [262_144, 262_144],
      [1, 800_000],
      [800_000, 1],
      [5, 0],
    ] as const) {
      const into = Buffer.alloc(length);
      reader.readUnitRange(place, from, length, into);
      expect(into.equals(payloadOf(chunk).subarray(from, from + length))).toBe(true);
    }
    reader.close();
    writer.close();
  });

  test('without a tail the next writer goes on behind the last whole chunk', () => {
    const access = labelledTape({ vaultKey });
    const writer = TapeWriter.open(access);
    for (let sequence = 0; sequence < 3; sequence += 1) writer.appendChunk(chunkOf(sequence, 300_000));
    writer.flush();
    writer.close();
    truncateSync(access.path, statSync(access.path).size - 10_000);
    const next = TapeWriter.open(access);
    expect(next.chunks).toBe(2);
    expect(next.appendChunk(chunkOf(2, 5)).place.tapeSequence).toBe(2);
    next.finish({ full: true, catalogSets: [] });
    next.close();
    const reader = TapeReader.open(access);
    expect(reader.tail()?.label).toBe('EOV1');
    expect([...reader.scan()]).toHaveLength(3);
    expect([...reader.scan({ headers: true })]).toHaveLength(3);
    reader.close();
  });
});

test('a payload may lie in shared memory', () => {
  const access = labelledTape();
  const shared = new Uint8Array(new SharedArrayBuffer(700_000)).fill(7);
  const writer = TapeWriter.open(access);
  const { place } = writer.appendChunk(chunkOf(0, 0, { payload: [shared.subarray(5), shared.subarray(0, 5)] }));
  writer.close();
  const reader = TapeReader.open(access);
  const into = new Uint8Array(new SharedArrayBuffer(700_000));
  reader.readChunkPayload(place, into);
  expect(Buffer.from(into).equals(Buffer.from(shared))).toBe(true);
  reader.close();
});

test('the tail lists the sets of the tape, and keeps what an earlier writer knew of them', () => {
  const access = labelledTape();
  const note = {
    id: SET,
    object: { id: 'cc'.repeat(16), name: 'documents' },
    level: 'full',
    parent: null,
    createdAt: 5,
    complete: true,
  };
  const first = TapeWriter.open(access);
  first.appendChunk(chunkOf(0, 100));
  first.finish({ full: false, catalogSets: [note as never] });
  first.appendChunk(chunkOf(0, 11, { set: OTHER_SET }));
  const summary = first.finish({ full: false, catalogSets: [] });
  first.close();
  expect(summary.sets).toEqual([
    { ...note, chunks: 1, bytes: 100 },
    { id: OTHER_SET, object: null, level: null, parent: null, createdAt: null, complete: false, chunks: 1, bytes: 11 },
  ]);
  const reader = TapeReader.open(access);
  expect(reader.tail()?.catalog?.sets).toEqual(summary.sets);
  reader.close();
});

test('a tape that has its tail already is left as it is', () => {
  const access = labelledTape();
  const writer = TapeWriter.open(access);
  writer.appendChunk(chunkOf(0, 100));
  writer.finish({ full: false, catalogSets: [] });
  writer.close();
  const before = readFileSync(access.path);
  const again = TapeWriter.open(access);
  again.finish({ full: false, catalogSets: [] });
  again.close();
  expect(readFileSync(access.path).equals(before)).toBe(true);
});

test('a tape warns before its end, refuses what does not fit, and still takes its tail', () => {
  const access = labelledTape({ capacity: 2_000_000 });
  const writer = TapeWriter.open(access);
  let warned = 0;
  let written = 0;
  const fill = (): void => {
    for (;;) {
      if (writer.appendChunk(chunkOf(written, 40_000)).earlyWarning) warned += 1;
      written += 1;
    }
  };
  expect(fill).toThrow(
    expect.objectContaining({ code: 'TAPE_FULL', context: expect.objectContaining({ empty: false }) }),
  );
  expect(warned).toBeGreaterThan(0);
  writer.finish({ full: true, catalogSets: [] });
  writer.close();
  expect(statSync(access.path).size).toBeLessThanOrEqual(2_000_000);
  const reader = TapeReader.open(access);
  expect(reader.tail()?.directory?.chunks).toHaveLength(written);
  reader.close();
  expect(TapeWriter.open(access).full).toBe(true);
});

test('a chunk of the room that a writer reports fits', () => {
  const access = labelledTape({ capacity: 3_000_000 });
  const writer = TapeWriter.open(access);
  writer.appendChunk(chunkOf(0, writer.roomBytes));
  writer.finish({ full: true, catalogSets: [] });
  writer.close();
});

test('nothing is written to a tape of another vault, another volume, or none at all', () => {
  const access = labelledTape();
  const before = readFileSync(access.path);
  const wrong = [{ vault: vaultId('ff'.repeat(16)) }, { volume: tapeId('CF0002') }, { vaultKey: sealedKey }];
  for (const other of wrong)
    expect(() => TapeWriter.open({ ...access, ...other })).toThrow(expect.objectContaining({ code: 'TAPE_MISMATCH' }));
  expect(() => TapeWriter.open({ ...access, path: `${access.path}x` })).toThrow(
    expect.objectContaining({ code: 'NO_SUCH_TAPE' }),
  );
  expect(readFileSync(access.path).equals(before)).toBe(true);
});

test('a sealed tape asks for the passphrase', () => {
  const access = { ...labelledTape({ vaultKey: sealedKey }), vaultKey: null };
  for (const open of [(tape: typeof access) => TapeWriter.open(tape), (tape: typeof access) => TapeReader.open(tape)])
    expect(() => open(access)).toThrow(expect.objectContaining({ code: 'PASSPHRASE_MISSING' }));
});

test('a tape that lost chunks that were durable takes no more', () => {
  const access = labelledTape();
  expect(() => TapeWriter.open(access, { expectChunks: 1 })).toThrow(expect.objectContaining({ code: 'TAPE_DAMAGED' }));
});
