import type { BlockDevice } from '../block-device.ts';
import type { JournalWriter } from './journal-writer.ts';
import { holeBytes, makeHole, runsOf, writeSparsely } from './sparse-writes.ts';

/** Where the changed segments of a volume go, in ascending order. */
export interface ReplicaSink {
  readonly segments: number;
  readonly bytesCopied: number;
  data(segment: number, content: Uint8Array): void;
  zeroes(start: number, count: number): void;
}

/** What is known of the file before: with `compare` it is looked whether it has the content already. */
interface Before {
  readonly file: BlockDevice;
  readonly segmentBytes: number;
  readonly compare: boolean;
}

/** The last step is another one's: nothing is visible in the file before the journal is committed. */
export class JournalSink implements ReplicaSink {
  segments = 0;
  bytesCopied = 0;
  /** Room that the file needs for it, beyond what it has. */
  bytesOfHoles = 0;
  readonly #journal: JournalWriter;
  readonly #before: Before;

  constructor(journal: JournalWriter, before: Before) {
    this.#journal = journal;
    this.#before = before;
  }

  data(segment: number, content: Uint8Array): void {
    const { file, segmentBytes, compare } = this.#before;
    const offset = segment * segmentBytes;
    if (compare && hasAlready(file, content, offset)) return;
    this.#journal.data(segment, content);
    this.bytesOfHoles += holeBytes(file, offset, content.length);
    this.segments += 1;
    this.bytesCopied += content.length;
  }

  zeroes(start: number, count: number): void {
    const { file, segmentBytes } = this.#before;
    let next = start;
    for (const { hole, offset, length } of runsOf(file, start * segmentBytes, count * segmentBytes)) {
      if (hole) continue;
      const end = Math.ceil((offset + length) / segmentBytes);
      for (next = Math.max(next, Math.floor(offset / segmentBytes)); next < end; next += 1) {
        this.#journal.zeroes(next);
        this.segments += 1;
      }
    }
  }
}

/** Straight into a file that nobody reads before it is whole; it may have the beginning from an attempt before. */
export class FileSink implements ReplicaSink {
  segments = 0;
  bytesCopied = 0;
  readonly #before: Before;

  constructor(before: Before) {
    this.#before = before;
  }

  data(segment: number, content: Uint8Array): void {
    const { file, segmentBytes, compare } = this.#before;
    const offset = segment * segmentBytes;
    if (compare && hasAlready(file, content, offset)) return;
    writeSparsely(file, content, offset);
    this.segments += 1;
    this.bytesCopied += content.length;
  }

  zeroes(start: number, count: number): void {
    const { file, segmentBytes } = this.#before;
    makeHole(file, start * segmentBytes, count * segmentBytes);
  }
}

const hasAlready = (file: BlockDevice, content: Uint8Array, offset: number): boolean => {
  if (offset + content.length > file.size || holeBytes(file, offset, content.length) === content.length) return false;
  const there = Buffer.allocUnsafe(content.length);
  file.read(there, offset);
  return there.equals(content);
};
