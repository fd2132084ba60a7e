import { type BigIntStats, closeSync, constants, fdatasyncSync, fstatSync, ftruncateSync, statSync } from 'node:fs';
import { ColdframeError } from '../../../shared/errors.ts';
import { beginWriteback } from '../../platform/linux/writeback.ts';
import { openRegular } from '../../platform/regular-file.ts';
import { END_OF_MEDIUM, framedBytes, MAX_RECORD_BYTES, recordWord, WORD_BYTES } from './container.ts';
import type { GatheredRecord, RecordPattern, TapeItem, TapeMedium, TapePosition } from './medium.ts';
import { findRecord } from './resync.ts';
import { type MediumPlace, mediumError, tapeChanged, tapeDamaged, tapeFull } from './tape-errors.ts';
import { readAll, writeAll } from './vectored-io.ts';

const UNKNOWN = -1;
/** Bytes that gather before the disk is set to work on them, so that the next flush need not wait for all of what it flushes. */
const WRITEBACK_BYTES = 8 * 1024 * 1024;
const MARK = Buffer.alloc(WORD_BYTES);

export interface VirtualTapeOptions {
  readonly path: string;
  /** Bytes at which the medium ends; reading does not look at it. */
  readonly capacity: number;
  readonly mode: 'read' | 'append';
}

/** A virtual tape: one `.tap` file, used as a drive uses a tape. Synchronous; for worker threads. */
export class VirtualTape implements TapeMedium {
  readonly name: string;
  readonly capacity: number;
  readonly #file: number;
  readonly #writable: boolean;
  readonly #identity: Pick<BigIntStats, 'dev' | 'ino'>;
  #end: number;
  /** From here on nothing was handed to the disk yet, as far as is known. */
  #handedOver: number;
  #block = 0;
  #offset = 0;
  #failed: ColdframeError | null = null;
  #closed = false;

  private constructor(options: VirtualTapeOptions, file: number, { dev, ino, size }: BigIntStats) {
    this.name = options.path;
    this.capacity = options.capacity;
    this.#file = file;
    this.#writable = options.mode === 'append';
    this.#identity = { dev, ino };
    this.#end = Number(size);
    this.#handedOver = this.#end;
  }

  /** Opens a tape that exists. Errors: NO_SUCH_TAPE, TAPE_DAMAGED when something else than a file is there, IO. */
  static open(options: VirtualTapeOptions): VirtualTape {
    try {
      const file = openRegular(options.path, options.mode === 'append' ? constants.O_RDWR : constants.O_RDONLY);
      return new VirtualTape(options, file, fstatSync(file, { bigint: true }));
    } catch (cause) {
      throw mediumError(cause, options.path, 'opening');
    }
  }

  get endOffset(): number {
    return this.#end;
  }

  position(): TapePosition {
    if (this.#block === UNKNOWN) throw new RangeError(`the position on ${this.name} is not known`);
    return { block: this.#block, offset: this.#offset };
  }

  locate(position: TapePosition): void {
    if (position.offset < 0 || position.offset > this.#end || position.block < 0)
      throw tapeDamaged(this.name, 'it ends before the place that was asked for', position.offset);
    this.#offset = position.offset;
    this.#block = position.block;
  }

  locateBlock(block: number): void {
    if (this.#block === UNKNOWN || this.#block > block) this.locate({ block: 0, offset: 0 });
    while (this.#block < block) {
      const length = this.#lengthAt(this.#offset);
      if (length === null) throw tapeDamaged(this.name, `it ends before block ${block}`, this.#offset);
      if (length === 0) this.#advance(WORD_BYTES, 1);
      else this.skipRecords([length]);
    }
  }

  toEnd(): void {
    this.#block = this.#end === 0 ? 0 : UNKNOWN;
    this.#offset = this.#end;
  }

  read(): TapeItem {
    const length = this.#lengthAt(this.#offset);
    if (length === null) return { kind: 'end' };
    if (length === 0) {
      this.#advance(WORD_BYTES, 1);
      return { kind: 'mark' };
    }
    this.#demandRoom(length);
    const data = Buffer.allocUnsafe(length);
    this.readRecords([[data]]);
    return { kind: 'record', data };
  }

  readBack(): TapeItem {
    if (this.#offset === 0) return { kind: 'end' };
    if (this.#offset < WORD_BYTES) throw tapeDamaged(this.name, 'it begins in the middle of a record', 0);
    this.#block = UNKNOWN;
    const length = this.#wordAt(this.#offset - WORD_BYTES);
    if (length === END_OF_MEDIUM) {
      this.#offset -= WORD_BYTES;
      return this.readBack();
    }
    if (length === 0) {
      this.#offset -= WORD_BYTES;
      return { kind: 'mark' };
    }
    const start = this.#offset - framedBytes(length);
    if (length > MAX_RECORD_BYTES || start < 0)
      throw tapeDamaged(this.name, 'the length of a record is out of range', this.#offset - WORD_BYTES);
    const data = Buffer.allocUnsafe(length);
    this.#offset = start;
    this.readRecords([[data]]);
    this.#offset = start;
    return { kind: 'record', data };
  }

  readRecords(records: readonly GatheredRecord[]): void {
    const words = Buffer.allocUnsafe(records.length * 2 * WORD_BYTES);
    const vectors: Uint8Array[] = [];
    const lengths = records.map((parts) => parts.reduce((sum, part) => sum + part.length, 0));
    lengths.forEach((length, index) => {
      const word = index * 2 * WORD_BYTES;
      const pad = length % 2 === 0 ? [] : [Buffer.allocUnsafe(1)];
      vectors.push(words.subarray(word, word + WORD_BYTES), ...(records[index] ?? []), ...pad);
      vectors.push(words.subarray(word + WORD_BYTES, word + 2 * WORD_BYTES));
    });
    this.#readAll(vectors, this.#offset);
    let at = this.#offset;
    lengths.forEach((length, index) => {
      const leading = words.readUInt32LE(index * 8);
      const trailing = words.readUInt32LE(index * 8 + WORD_BYTES);
      if (leading !== length || trailing !== length) throw this.#badFraming(at, length, leading, trailing);
      at += framedBytes(length);
    });
    this.#advance(at - this.#offset, lengths.length);
  }

  readPart(length: number, from: number, into: Uint8Array): void {
    const start = this.#offset;
    if (from < 0 || from + into.length > length) throw new RangeError('a part reaches beyond its record');
    this.#readAll([into], start + WORD_BYTES + from);
    this.skipRecords([length]);
  }

  skipRecords(lengths: readonly number[]): void {
    const words = Buffer.allocUnsafe(2 * WORD_BYTES);
    let at = this.#offset;
    let leading = lengths.length === 0 ? 0 : this.#wordAt(at);
    lengths.forEach((length, index) => {
      const next = at + framedBytes(length);
      const last = index === lengths.length - 1;
      this.#readAll([last ? words.subarray(0, WORD_BYTES) : words], next - WORD_BYTES);
      const trailing = words.readUInt32LE(0);
      if (leading !== length || trailing !== length) throw this.#badFraming(at, length, leading, trailing);
      leading = words.readUInt32LE(WORD_BYTES);
      at = next;
    });
    this.#advance(at - this.#offset, lengths.length);
  }

  spaceFileMarks(count: number): boolean {
    for (let left = count; left > 0; ) {
      const length = this.#lengthAt(this.#offset);
      if (length === null) return false;
      if (length === 0) {
        this.#advance(WORD_BYTES, 1);
        left -= 1;
      } else this.skipRecords([length]);
    }
    return true;
  }

  resync(pattern: RecordPattern, within: number = this.#end): boolean {
    const end = Math.min(this.#end, this.#offset + within);
    const found = findRecord(pattern, this.#offset, end, (into, at) => this.#readAll([into], at));
    if (found === null) this.toEnd();
    else this.locate(found);
    return found !== null;
  }

  writeRecords(records: readonly GatheredRecord[]): void {
    const vectors: Uint8Array[] = [];
    let bytes = 0;
    for (const parts of records) {
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      const word = recordWord(length);
      vectors.push(word, ...parts, word);
      bytes += framedBytes(length);
    }
    this.#write(vectors, bytes, records.length);
  }

  writeFileMarks(count: number): void {
    this.#write(
      Array.from({ length: count }, () => MARK),
      count * WORD_BYTES,
      count,
    );
  }

  eraseRest(): void {
    this.#demandOwn();
    if (this.#offset === this.#end) return;
    try {
      ftruncateSync(this.#file, this.#offset);
    } catch (cause) {
      throw this.#fail(mediumError(cause, this.name, 'cutting', this.#here()));
    }
    this.#end = this.#offset;
  }

  flush(): void {
    this.#demandOwn();
    try {
      fdatasyncSync(this.#file);
    } catch (cause) {
      throw this.#fail(mediumError(cause, this.name, 'flushing'));
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#file);
  }

  /** Writes all of the vectors at the position, which becomes the end of the tape, or none that counts. */
  #write(vectors: Uint8Array[], bytes: number, items: number): void {
    this.#demandWritable();
    if (this.#block === UNKNOWN) throw new RangeError(`the position on ${this.name} is not known`);
    if (this.#offset + bytes > this.capacity) throw tapeFull(this.name, bytes, this.capacity - this.#offset);
    this.eraseRest();
    try {
      this.#end = writeAll(this.#file, vectors, this.#offset);
    } catch (cause) {
      this.#end = fstatSync(this.#file).size;
      throw mediumError(cause, this.name, 'writing', this.#here());
    }
    this.#handedOver = Math.min(this.#handedOver, this.#offset);
    this.#advance(bytes, items);
    if (this.#end - this.#handedOver < WRITEBACK_BYTES) return;
    beginWriteback(this.#file, this.#handedOver, this.#end - this.#handedOver);
    this.#handedOver = this.#end;
  }

  /** Fills the vectors from `offset` on. Throws TAPE_DAMAGED when the tape ends before. */
  #readAll(vectors: readonly Uint8Array[], offset: number): void {
    let whole: boolean;
    try {
      whole = readAll(this.#file, vectors, offset);
    } catch (cause) {
      throw mediumError(cause, this.name, 'reading', {
        offset,
        block: offset === this.#offset ? this.#here().block : null,
      });
    }
    if (!whole) throw tapeDamaged(this.name, 'it ends in the middle of a record', offset);
  }

  #wordAt(offset: number): number {
    const word = Buffer.allocUnsafe(WORD_BYTES);
    this.#readAll([word], offset);
    return word.readUInt32LE();
  }

  /** Length of the item at an offset: 0 for a mark, null at the end; a length out of range is TAPE_DAMAGED. */
  #lengthAt(offset: number): number | null {
    if (offset >= this.#end) return null;
    const length = this.#wordAt(offset);
    if (length === END_OF_MEDIUM) return null;
    if (length > MAX_RECORD_BYTES) throw tapeDamaged(this.name, 'the length of a record is out of range', offset);
    return length;
  }

  #demandRoom(length: number): void {
    if (this.#offset + framedBytes(length) > this.#end)
      throw tapeDamaged(this.name, 'it ends in the middle of a record', this.#offset);
  }

  #badFraming(at: number, length: number, leading: number, trailing: number): ColdframeError {
    const found = leading === length ? `${leading} before and ${trailing} behind it` : `${leading}`;
    return tapeDamaged(this.name, `a record of ${length} bytes belongs here, and its length word says ${found}`, at);
  }

  #here(): MediumPlace {
    return { offset: this.#offset, block: this.#block === UNKNOWN ? null : this.#block };
  }

  #advance(bytes: number, items: number): void {
    this.#offset += bytes;
    if (this.#block !== UNKNOWN) this.#block += items;
  }

  #demandWritable(): void {
    if (this.#failed) throw this.#failed;
    if (!this.#writable)
      throw new ColdframeError('TAPE_PROTECTED', {
        message: `${this.name} was opened for reading.`,
        guidance: 'Remove the write protection of the tape, or use another one.',
        context: { path: this.name },
      });
  }

  /** Nobody but this writer writes to the file while it is open: what others left is neither cut off nor called flushed. */
  #demandOwn(): void {
    this.#demandWritable();
    let there: BigIntStats;
    let size: number;
    try {
      there = statSync(this.name, { bigint: true });
      size = fstatSync(this.#file).size;
    } catch (cause) {
      throw this.#fail(mediumError(cause, this.name, 'checking'));
    }
    if (there.dev !== this.#identity.dev || there.ino !== this.#identity.ino)
      throw this.#fail(tapeChanged(this.name, 'another file lies in its place'));
    if (size !== this.#end)
      throw this.#fail(tapeChanged(this.name, `it has ${size} bytes, and ${this.#end} were left there`));
  }

  #fail(error: ColdframeError): ColdframeError {
    this.#failed = error;
    return error;
  }
}
