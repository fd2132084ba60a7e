import { createHash, hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { isErrno } from '../../../platform/errno.ts';
import type { PositionalFile } from '../../../platform/positional-file.ts';
import { indexBytes, JournalIndex, ZEROES } from './journal-index.ts';
import { journalDamaged } from './replica-errors.ts';
import type { ReplicaFiles } from './replica-files.ts';
import type { JournalCommit } from './replica-state.ts';

const PIECE = 1024 * 1024;

/** A journal that is to be applied, and read from until it is. Throws `REPLICA_DAMAGED` for what is not as it was committed. */
export class Journal {
  readonly commit: JournalCommit;
  readonly index: JournalIndex;
  readonly #file: PositionalFile;

  constructor(path: string, commit: JournalCommit, files: ReplicaFiles) {
    this.commit = commit;
    this.#file = openThere(path, files);
    try {
      const bytes = new Uint8Array(indexBytes(commit.entries));
      if (this.#file.length() !== commit.indexAt + bytes.length) throw journalDamaged(path, 'is cut short');
      this.#file.read(bytes, commit.indexAt);
      if (hash('sha256', bytes) !== commit.index) throw journalDamaged(path, 'has an index that was damaged');
      this.index = new JournalIndex(bytes);
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  /** Looks at all of it. */
  verify(): void {
    const digest = createHash('sha256');
    const piece = Buffer.allocUnsafeSlow(Math.min(PIECE, this.commit.indexAt));
    for (let at = 0; at < this.commit.indexAt; at += piece.length) {
      const part = piece.subarray(0, Math.min(piece.length, this.commit.indexAt - at));
      this.#file.read(part, at);
      digest.update(part);
    }
    if (digest.digest('hex') !== this.commit.content) throw journalDamaged(this.#file.path, 'was damaged');
  }

  /** The length of a segment: the last one may be a short one. */
  lengthOf(segment: number): number {
    const { size, segmentBytes } = this.commit;
    return Math.min(segmentBytes, size - segment * segmentBytes);
  }

  isZeroes(entry: number): boolean {
    return this.index.slotOf(entry) === ZEROES;
  }

  /** Reads the whole segment of an entry that is not zeroes. */
  read(entry: number, into: Uint8Array): void {
    this.#file.read(into, this.index.slotOf(entry) * this.commit.segmentBytes);
    if (crc32(into) !== this.index.crcOf(entry)) throw journalDamaged(this.#file.path, 'was damaged');
  }

  close(): void {
    this.#file.close();
  }
}

const openThere = (path: string, files: ReplicaFiles): PositionalFile => {
  try {
    return files.open(path, 'read');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) throw journalDamaged(path, 'is not there');
    throw error;
  }
};
