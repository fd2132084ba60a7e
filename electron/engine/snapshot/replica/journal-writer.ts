import { createHash, hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { PositionalFile } from '../../../platform/positional-file.ts';
import { JournalIndex, ZEROES } from './journal-index.ts';
import type { ReplicaFiles } from './replica-files.ts';
import type { JournalCommit } from './replica-state.ts';

/** A journal as it is written: whole segments one after the other, in ascending order, then the index. */
export class JournalWriter {
  readonly #file: PositionalFile;
  readonly #files: ReplicaFiles;
  readonly #about: Pick<JournalCommit, 'id' | 'size' | 'segmentBytes'>;
  readonly #content = createHash('sha256');
  readonly #index = new JournalIndex();
  #slots = 0;
  #end = 0;

  /** A file of its own: who still reads the one before has that one open. */
  constructor(path: string, about: Pick<JournalCommit, 'id' | 'size' | 'segmentBytes'>, files: ReplicaFiles) {
    this.#about = about;
    this.#files = files;
    files.remove(path);
    this.#file = files.open(path, 'create');
  }

  data(segment: number, content: Uint8Array): void {
    this.#end = this.#slots * this.#about.segmentBytes;
    this.#file.write(content, this.#end);
    this.#end += content.length;
    this.#content.update(content);
    this.#index.add(segment, this.#slots, crc32(content));
    this.#slots += 1;
  }

  zeroes(segment: number): void {
    this.#index.add(segment, ZEROES, 0);
  }

  /** Makes it durable, name and all; what it gives is what makes it count. */
  finish(): JournalCommit {
    const index = this.#index.bytes;
    this.#file.write(index, this.#end);
    this.#file.sync();
    this.#files.syncNames(this.#file.path);
    return {
      ...this.#about,
      entries: this.#index.entries,
      indexAt: this.#end,
      content: this.#content.digest('hex'),
      index: hash('sha256', index),
    };
  }

  close(): void {
    this.#file.close();
  }
}
