import { ColdframeError } from '../../../../shared/errors.ts';
import { type Bytes, bytes } from '../../../../shared/units.ts';
import { isErrno } from '../../../platform/errno.ts';
import type { Allocation, BlockDevice } from '../block-device.ts';
import { Journal } from './journal.ts';
import { fileChanged, fileMissing } from './replica-errors.ts';
import { placesOf, type ReplicaFiles, replicaFiles, sameFile } from './replica-files.ts';
import type { JournalCommit, ReplicaIdentity } from './replica-state.ts';

/** One state of a replica: its file, or its file with what a journal has instead. */
export interface ReplicaSpec {
  readonly kind: 'replica';
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly identity: ReplicaIdentity;
  readonly journal: JournalCommit | null;
}

/** Between two looks at its two names the file may have got the other one. */
const LOOKS = 5;

/**
 * A replica in one of its states, read only. With a journal it does not matter how much of that was applied: what the journal has is
 * never read from the file. Without one, nobody may write to the file while this is open.
 */
export class ReplicaImage implements BlockDevice {
  readonly size: Bytes;
  readonly readOnly = true;
  readonly contexts = [];
  readonly #name: string;
  readonly #file: BlockDevice;
  readonly #journal: Journal | null;
  readonly #segment: Buffer;
  /** The entry whose content `#segment` has. */
  #read = -1;

  constructor(spec: ReplicaSpec, files: ReplicaFiles = replicaFiles) {
    this.#name = spec.name;
    this.size = bytes(spec.size);
    this.#journal = spec.journal === null ? null : new Journal(placesOf(spec.path).journal, spec.journal, files);
    this.#segment = Buffer.allocUnsafeSlow(spec.journal?.segmentBytes ?? 0);
    try {
      this.#file = openFile(spec, files);
    } catch (error) {
      this.#journal?.close();
      throw error;
    }
  }

  read(into: Uint8Array, offset: number): void {
    for (let done = 0; done < into.length; ) {
      const { entry, length } = this.#partAt(offset + done, into.length - done);
      const part = into.subarray(done, done + length);
      if (entry === null) this.#readFile(part, offset + done);
      else this.#readEntry(entry, part, offset + done);
      done += length;
    }
  }

  allocation(offset: number, length: number, limit: number): Allocation[] {
    const found: Allocation[] = [];
    const end = offset + length;
    for (let at = offset; at < end && found.length < limit; ) {
      const part = this.#partAt(at, end - at);
      if (part.entry === null) found.push(...this.#fileRuns(at, part.length, limit - found.length));
      else {
        const zeroes = this.#journal?.isZeroes(part.entry) === true;
        found.push({ offset: at, length: part.length, hole: zeroes, zero: zeroes });
      }
      const last = found.at(-1) as Allocation;
      at = last.offset + last.length;
    }
    return found;
  }

  flush(): void {
    // It changes for nobody who has it open.
  }

  write(): never {
    throw readOnly(this.#name);
  }

  trim(): never {
    throw readOnly(this.#name);
  }

  zero(): never {
    throw readOnly(this.#name);
  }

  close(): void {
    this.#journal?.close();
    this.#file.close();
  }

  /** How far from `at` on one and the same has the content: an entry of the journal, or the file (null). */
  #partAt(at: number, most: number): { readonly entry: number | null; readonly length: number } {
    if (this.#journal === null) return { entry: null, length: most };
    const { index, commit } = this.#journal;
    const segment = Math.floor(at / commit.segmentBytes);
    const entry = index.from(segment);
    if (entry === index.entries) return { entry: null, length: most };
    const next = index.segmentOf(entry);
    if (next > segment) return { entry: null, length: Math.min(most, next * commit.segmentBytes - at) };
    return { entry, length: Math.min(most, (segment + 1) * commit.segmentBytes - at) };
  }

  /** A file that has not grown to the size of its volume yet has nothing there. */
  #readFile(into: Uint8Array, offset: number): void {
    const there = Math.max(0, Math.min(into.length, this.#file.size - offset));
    if (there > 0) this.#file.read(into.subarray(0, there), offset);
    into.fill(0, there);
  }

  #fileRuns(at: number, length: number, limit: number): Allocation[] {
    const there = Math.min(length, this.#file.size - at);
    if (there <= 0) return [{ offset: at, length, hole: true, zero: true }];
    return this.#file.allocation(at, there, limit);
  }

  #readEntry(entry: number, into: Uint8Array, offset: number): void {
    const journal = this.#journal as Journal;
    if (journal.isZeroes(entry)) {
      into.fill(0);
      return;
    }
    const segment = journal.index.segmentOf(entry);
    if (this.#read !== entry) {
      this.#read = -1;
      journal.read(entry, this.#segment.subarray(0, journal.lengthOf(segment)));
      this.#read = entry;
    }
    const within = offset - segment * journal.commit.segmentBytes;
    into.set(this.#segment.subarray(within, within + into.length));
  }
}

/** The file under whichever name it has, known to be the one that was left. Throws `NO_SUCH_REPLICA`, `REPLICA_CHANGED`. */
const openFile = ({ name, path, identity, journal }: ReplicaSpec, files: ReplicaFiles): BlockDevice => {
  const { file, updating } = placesOf(path);
  for (let look = 0; look < LOOKS; look += 1) {
    for (const place of [file, updating]) {
      const found = files.identity(place);
      if (found === null) continue;
      // One that is being written to is known by its inode alone.
      if (journal === null ? !sameFile(found, identity) : found.inode !== identity.inode)
        throw fileChanged(name, place);
      const device = openUnlessGone(place, files);
      if (device !== null) return device;
    }
  }
  throw fileMissing(name, path);
};

const openUnlessGone = (path: string, files: ReplicaFiles): BlockDevice | null => {
  try {
    return files.device(path, { readOnly: true });
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
};

const readOnly = (replica: string): ColdframeError =>
  new ColdframeError('VOLUME_READ_ONLY', {
    message: `The replica ${replica} cannot be written to.`,
    guidance: 'Write to the volume that it follows.',
    context: { errno: 'EPERM', replica },
  });
