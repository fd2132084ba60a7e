import { appendFileSync, copyFileSync, readFileSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { TapeAccess } from './tape-access.ts';
import { TapeReader } from './tape-reader.ts';
import { TapeWriter } from './tape-writer.ts';
import { chunkOf, labelledTape } from './testing/tapes.ts';

const changed = expect.objectContaining({ code: 'TAPE_IN_USE' });
const ending = { full: false, catalogSets: [] };

/** Sequences of the chunks that can be read. */
const readable = (access: TapeAccess): number[] => {
  const reader = TapeReader.open(access);
  const found = [...reader.scan()].flatMap((finding) => (finding.kind === 'chunk' ? [finding.place.sequence] : []));
  reader.close();
  return found;
};

/** A tape with one chunk and its tail, open to append. */
const openTape = (): { access: TapeAccess; writer: TapeWriter } => {
  const access = labelledTape();
  const before = TapeWriter.open(access);
  before.appendChunk(chunkOf(0, 1000));
  before.finish(ending);
  before.close();
  return { access, writer: TapeWriter.open(access) };
};

const steps: [string, (writer: TapeWriter) => unknown][] = [
  ['append', (writer) => writer.appendChunk(chunkOf(1, 5000))],
  ['flush', (writer) => writer.flush()],
  ['write a new tail', (writer) => writer.finish({ ...ending, full: true })],
];

describe.each(steps)('a writer that is to %s', (_, step) => {
  test('leaves what another one wrote to the tape, and says so', () => {
    const { access, writer } = openTape();
    const rival = TapeWriter.open(access);
    rival.appendChunk(chunkOf(7, 3000));
    rival.finish(ending);
    rival.close();
    const left = readFileSync(access.path);
    expect(() => step(writer)).toThrow(changed);
    expect(() => writer.appendChunk(chunkOf(1, 10))).toThrow(changed);
    writer.close();
    expect(readFileSync(access.path).equals(left)).toBe(true);
    expect(readable(access)).toEqual([0, 7]);
  });

  test.each<[string, (path: string) => void, string]>([
    ['was made longer', (path) => appendFileSync(path, 'x'), 'TAPE_IN_USE'],
    ['was cut', (path) => truncateSync(path, 900), 'TAPE_IN_USE'],
    [
      'was replaced by a copy',
      (path) => {
        copyFileSync(path, `${path}.copy`);
        renameSync(`${path}.copy`, path);
      },
      'TAPE_IN_USE',
    ],
    ['was removed', (path) => rmSync(path), 'NO_SUCH_TAPE'],
  ])('writes nothing to a tape that %s', (_what, change, code) => {
    const { access, writer } = openTape();
    change(access.path);
    expect(() => step(writer)).toThrow(expect.objectContaining({ code }));
    writer.close();
  });
});

test('chunks that another one cut off before they were flushed are not called durable', () => {
  const { access, writer } = openTape();
  writer.appendChunk(chunkOf(1, 5000));
  truncateSync(access.path, writer.usedBytes - 100);
  expect(() => writer.flush()).toThrow(changed);
  writer.close();
});
