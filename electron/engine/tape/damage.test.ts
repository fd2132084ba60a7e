import { closeSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ColdframeError } from '../../../shared/errors.ts';
import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import { bytes, tapeId, vaultId } from '../../../shared/units.ts';
import { checkChunkFrame } from './chunk-frame.ts';
import { decodeChunkHeader, encodeChunkHeader } from './chunk-header.ts';
import type { TapeMedium } from './medium.ts';
import { TapeReader } from './tape-reader.ts';
import { TapeWriter } from './tape-writer.ts';
import { chunkOf, labelledTape, noise, payloadOf } from './testing/tapes.ts';
import { VirtualTape } from './virtual-tape.ts';

/** Every byte is tried where there is time for it: `COLDFRAME_THOROUGH=1`. */
const step = (short: number): number => (process.env.COLDFRAME_THOROUGH === '1' ? 1 : short);

const sizes = [300, 41, 2, 500, 77];

/** A tape with a few small chunks and a tail, as bytes, and where its chunks lie. */
const writtenTape = (vaultKey: Uint8Array | null) => {
  const access = labelledTape({ vaultKey });
  const writer = TapeWriter.open(access);
  const places = sizes.map((size, sequence) => writer.appendChunk(chunkOf(sequence, size)).place);
  writer.finish({ full: false, catalogSets: [] });
  writer.close();
  return { access, places, image: readFileSync(access.path) };
};

test('a header that says a length out of range is damage, also where nothing tells how long the tape is', () => {
  const { access, image, places } = writtenTape(null);
  const [{ offset, block }] = places as [ChunkPlace];
  const context = { vault: access.vault, volume: access.volume, headerKey: null };
  const header = decodeChunkHeader(image.subarray(offset + 4, offset + 180), null, 'CF0001');
  for (const payloadBytes of [2 ** 41, 2 ** 52]) {
    const data = encodeChunkHeader({ ...header, payloadBytes: bytes(payloadBytes) }, null);
    const medium = {
      name: 'CF0001 in a drive',
      endOffset: Number.MAX_SAFE_INTEGER,
      position: () => ({ block, offset }),
      read: () => ({ kind: 'record', data }),
    } as unknown as TapeMedium;
    expect(() => checkChunkFrame(medium, context)).toThrow(expect.objectContaining({ code: 'TAPE_DAMAGED' }));
  }
});

/** What a reader makes of a tape: the chunks that come back right. Wrong content, or another error than ours, fails. */
const recovered = (access: ReturnType<typeof labelledTape>, headers: boolean): number[] | 'refused' => {
  let reader: TapeReader;
  try {
    reader = TapeReader.open(access);
  } catch (error) {
    expect(error).toBeInstanceOf(ColdframeError);
    return 'refused';
  }
  const found: number[] = [];
  for (const finding of reader.scan({ headers })) {
    if (finding.kind === 'chunk' && isRight(reader, finding.place)) found.push(finding.place.sequence);
  }
  reader.close();
  return found;
};

/** Changes one byte of a file in its place. */
const poke = (path: string, at: number, value: number): void => {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.of(value), 0, 1, at);
  closeSync(file);
};

const isRight = (reader: TapeReader, place: ChunkPlace): boolean => {
  const into = Buffer.alloc(place.payloadBytes);
  try {
    reader.readChunkPayload(place, into);
  } catch (error) {
    expect(error).toBeInstanceOf(ColdframeError);
    return false;
  }
  expect(into.equals(payloadOf(chunkOf(place.sequence, sizes[place.sequence] ?? 0)))).toBe(true);
  return true;
};

describe.each([
  ['open', null],
  ['sealed', noise(32, 4)],
])('a tape that is %s', (_title, vaultKey) => {
  test('gives what is whole after a cut at any byte', () => {
    const { access, places, image } = writtenTape(vaultKey);
    const begin = places[0]?.offset ?? 0;
    const ends = places.map((_, index) => places[index + 1]?.offset ?? 0);
    const behindLast = ends.indexOf(0);
    for (let cut = image.length - 1; cut >= 0; cut -= step(cut < begin ? 11 : 3)) {
      truncateSync(access.path, cut);
      const found = recovered(access, false);
      if (cut < begin) expect(found).toBe('refused');
      else {
        const whole = ends.filter((end) => end > 0 && end <= cut).length;
        const all = Array.from({ length: whole }, (_, sequence) => sequence);
        expect([all, [...all, behindLast]]).toContainEqual(found);
      }
    }
  });

  test('a cut tape is appended to at once, and its whole chunks stay', () => {
    const { access, image, places } = writtenTape(vaultKey);
    for (let cut = places[0]?.offset ?? 0; cut < image.length; cut += step(11)) {
      writeFileSync(access.path, image.subarray(0, cut));
      const writer = TapeWriter.open(access);
      const before = writer.chunks;
      writer.appendChunk(chunkOf(before, sizes[before] ?? 0));
      writer.finish({ full: false, catalogSets: [] });
      writer.close();
      expect(recovered(access, false)).toEqual(Array.from({ length: before + 1 }, (_, sequence) => sequence));
    }
  });

  test('any flipped byte costs one chunk at most, and never gives wrong data', () => {
    const { access, places, image } = writtenTape(vaultKey);
    const begin = places[0]?.offset ?? 0;
    for (let at = 0; at < image.length; at += step(at < begin ? 11 : 7)) {
      poke(access.path, at, (image[at] ?? 0) ^ (1 << (at % 8)));
      for (const headers of [false, true]) {
        const found = recovered(access, headers);
        if (at >= begin) expect(found.length).toBeGreaterThanOrEqual(sizes.length - 1);
        else if (found !== 'refused') expect(found).toHaveLength(sizes.length);
      }
      poke(access.path, at, image[at] ?? 0);
    }
  });

  test('any flipped byte of its front costs no chunk, and the tape is not written to any more', () => {
    const { access, places, image } = writtenTape(vaultKey);
    const damaged = { code: 'TAPE_DAMAGED' };
    for (let at = 0; at < (places[0]?.offset ?? 0); at += step(3)) {
      poke(access.path, at, (image[at] ?? 0) ^ (1 << (at % 8)));
      const refusal = refusalOf(() => TapeWriter.open(access).close());
      expect(recovered(access, at % 2 === 0)).toHaveLength(sizes.length);
      if (refusal !== null) expect(['TAPE_DAMAGED', 'TAPE_MISMATCH']).toContain(refusal);
      poke(access.path, at, image[at] ?? 0);
    }
    poke(access.path, 3, 0xff);
    expect(() => TapeWriter.open(access)).toThrow(expect.objectContaining(damaged));
    const reader = TapeReader.open(access);
    expect(reader.frontDamage).toMatchObject(damaged);
    reader.close();
  });

  test('another tape with a damaged front is not taken for it', () => {
    const { access } = writtenTape(vaultKey);
    poke(access.path, 3, 0xff);
    const others = [{ volume: tapeId('CF0002') }, { vault: vaultId('f'.repeat(32)) }];
    for (const other of others)
      expect(() => TapeReader.open({ ...access, ...other })).toThrow(expect.objectContaining({ code: 'TAPE_DAMAGED' }));
  });

  test.each(['zeros', 'noise'])('a stretch of %s costs the chunks in it, and the scan says where it begins', (what) => {
    const { access, places, image } = writtenTape(vaultKey);
    const [, second, third] = places as [ChunkPlace, ChunkPlace, ChunkPlace];
    const hole = image.subarray(second.offset, third.offset + 100);
    hole.set(what === 'zeros' ? Buffer.alloc(hole.length) : noise(hole.length, 8));
    writeFileSync(access.path, image);
    const reader = TapeReader.open(access);
    const findings = [...reader.scan({ headers: true })];
    const found = findings.map((finding) => (finding.kind === 'chunk' ? finding.place.sequence : finding.offset));
    expect(found).toEqual([0, second.offset, 3, 4]);
    reader.close();
  });
});

test('a copy of the tape inside a chunk is not taken for chunks of it', () => {
  const inner = writtenTape(null);
  const { access } = inner;
  const writer = TapeWriter.open(access);
  const outer = writer.appendChunk(chunkOf(5, 0, { payload: [inner.image] })).place;
  writer.appendChunk(chunkOf(6, 10));
  writer.flush();
  writer.close();
  const image = readFileSync(access.path);
  image[outer.offset + 40] = (image[outer.offset + 40] ?? 0) ^ 1;
  writeFileSync(access.path, image);
  const reader = TapeReader.open(access);
  const found = [...reader.scan()].map((finding) => (finding.kind === 'chunk' ? finding.place.sequence : 'damage'));
  expect(found).toEqual([0, 1, 2, 3, 4, 'damage', 6]);
  reader.close();
});

test('a place where another chunk lies is damaged, as one where none does; another tape is refused', () => {
  const { access, places } = writtenTape(null);
  const reader = TapeReader.open(access);
  const [first, second] = places as [ChunkPlace, ChunkPlace];
  const into = Buffer.alloc(1000);
  for (const wrong of [
    { ...first, sequence: 9 },
    { ...first, set: 'ff'.repeat(16) as ChunkPlace['set'] },
    { ...first, block: 1 },
    { ...first, offset: second.offset },
    { ...first, offset: first.offset + 2 },
    { ...first, offset: 1e9 },
  ])
    expect(() => reader.readChunkPayload(wrong, into)).toThrow(expect.objectContaining({ code: 'TAPE_DAMAGED' }));
  const elsewhere = { ...first, tape: 'XX0001' as ChunkPlace['tape'] };
  expect(() => reader.readChunkPayload(elsewhere, into)).toThrow(expect.objectContaining({ code: 'TAPE_MISMATCH' }));
  reader.close();
});

test('a tape of random bytes is refused, whatever they are', () => {
  const { access } = writtenTape(null);
  for (let seed = 0; seed < 50; seed += 1) {
    writeFileSync(access.path, noise(seed * 37, seed));
    expect(() => TapeReader.open(access)).toThrow(ColdframeError);
    const medium = VirtualTape.open({ path: access.path, capacity: 1, mode: 'read' });
    medium.toEnd();
    try {
      while (medium.readBack().kind !== 'end');
    } catch (error) {
      expect(error).toBeInstanceOf(ColdframeError);
    }
    medium.close();
  }
});

const refusalOf = (work: () => void): string | null => {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof ColdframeError ? error.code : 'no error of ours';
  }
};
