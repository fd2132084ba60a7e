import { readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { tapeFull } from './tape-errors.ts';
import { TapeReader } from './tape-reader.ts';
import { TapeWriter } from './tape-writer.ts';
import { FaultyMedium } from './testing/faulty-medium.ts';
import { chunkOf, labelledTape, payloadOf } from './testing/tapes.ts';
import { VirtualTape } from './virtual-tape.ts';

const faultyWriter = () => {
  const access = labelledTape();
  const medium = new FaultyMedium(VirtualTape.open({ path: access.path, capacity: access.capacity, mode: 'append' }));
  return { access, medium, writer: TapeWriter.open(access, { medium }) };
};

/** Sequences of the chunks that a fresh reader finds and reads right. */
const readable = (access: ReturnType<typeof labelledTape>): number[] => {
  const reader = TapeReader.open(access);
  const found = [...reader.scan()].map((finding) => {
    if (finding.kind === 'damage') throw finding.error;
    const into = Buffer.alloc(finding.place.payloadBytes);
    reader.readChunkPayload(finding.place, into);
    expect(into.equals(payloadOf(chunkOf(finding.place.sequence, 600_000)))).toBe(true);
    return finding.place.sequence;
  });
  reader.close();
  return found;
};

describe('a fault in the middle of a chunk', () => {
  test.each([0, 1, 2])(
    'of a disk that is full, after %i writes of it, leaves a tape that can be ended or gone on with',
    (after) => {
      for (const short of [0, 1]) {
        const { access, medium, writer } = faultyWriter();
        writer.appendChunk(chunkOf(0, 600_000));
        medium.shortWrite(short, 'ENOSPC').after(after);
        expect(() => writer.appendChunk(chunkOf(1, 600_000))).toThrow(expect.objectContaining({ code: 'DISK_FULL' }));
        expect(statSync(access.path).size).toBe(writer.usedBytes);
        writer.appendChunk(chunkOf(1, 600_000));
        writer.finish({ full: false, catalogSets: [] });
        writer.close();
        expect(readable(access)).toEqual([0, 1]);
      }
    },
  );

  test('of a medium that ends early takes the chunk back, and the tail says that the tape is full', () => {
    const { access, medium, writer } = faultyWriter();
    writer.appendChunk(chunkOf(0, 600_000));
    medium.fail('writeRecords', tapeFull('t', 1, 0)).after(1);
    expect(() => writer.appendChunk(chunkOf(1, 600_000))).toThrow(expect.objectContaining({ code: 'TAPE_FULL' }));
    writer.finish({ full: true, catalogSets: [] });
    writer.close();
    expect(readable(access)).toEqual([0]);
    expect(TapeWriter.open(access).full).toBe(true);
  });

  test.each(['writeRecords', 'writeFileMarks', 'eraseRest'] as const)(
    'of %s ends the writer; what was there stays',
    (call) => {
      const { access, medium, writer } = faultyWriter();
      writer.appendChunk(chunkOf(0, 600_000));
      writer.flush();
      medium.error(call, 'EIO').always();
      expect(() => writer.appendChunk(chunkOf(1, 600_000))).toThrow(expect.objectContaining({ code: 'IO' }));
      for (const later of [
        () => writer.appendChunk(chunkOf(1, 5)),
        () => writer.flush(),
        () => writer.finish({ full: false, catalogSets: [] }),
      ])
        expect(later).toThrow(expect.objectContaining({ code: 'IO' }));
      writer.close();
      expect(readable(access)).toEqual([0]);
    },
  );
});

test.each([1, 2])('a flush that fails, as number %i of finish, is told, and nothing more is written', (number) => {
  const { access, medium, writer } = faultyWriter();
  writer.appendChunk(chunkOf(0, 600_000));
  medium.error('flush', 'EIO').after(number - 1);
  const finish = () => writer.finish({ full: false, catalogSets: [] });
  expect(finish).toThrow(expect.objectContaining({ code: 'IO' }));
  const before = readFileSync(access.path);
  expect(finish).toThrow(expect.objectContaining({ code: 'IO' }));
  writer.close();
  expect(readFileSync(access.path).equals(before)).toBe(true);
});

test('a tail that fails half-way leaves every chunk to be found', () => {
  for (let after = 0; after < 2; after += 1) {
    const { access, medium, writer } = faultyWriter();
    writer.appendChunk(chunkOf(0, 600_000));
    medium.shortWrite(1, 'EIO').after(after);
    expect(() => writer.finish({ full: false, catalogSets: [] })).toThrow(expect.objectContaining({ code: 'IO' }));
    writer.close();
    expect(readable(access)).toEqual([0]);
  }
});

test('a place that cannot be read costs the chunk in it and no other', () => {
  const { access, writer } = faultyWriter();
  for (const sequence of [0, 1, 2]) writer.appendChunk(chunkOf(sequence, 600_000));
  writer.flush();
  writer.close();
  const medium = new FaultyMedium(VirtualTape.open({ path: access.path, capacity: 0, mode: 'read' }));
  const reader = TapeReader.open(access, { medium });
  medium.error('skipRecords', 'EIO').after(1);
  const found = [...reader.scan({ headers: true })].map((finding) =>
    finding.kind === 'chunk' ? finding.place.sequence : finding.error.code,
  );
  expect(found).toEqual([0, 'IO', 2]);
  reader.close();
});
