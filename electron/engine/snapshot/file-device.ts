import { closeSync, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { ColdframeError } from '../../../shared/errors.ts';
import { type Bytes, bytes } from '../../../shared/units.ts';
import { errnoOf, ioError } from '../../platform/errno.ts';
import { type ImageFileCalls, imageFileCalls } from '../../platform/image-file.ts';
import type { Allocation, BlockDevice, StatusContext, ZeroOptions } from './block-device.ts';

/** Block devices take discards and zeroing of whole sectors only; no sector is larger. */
const SECTOR_BYTES = 4096;
const ZEROES = new Uint8Array(256 * 1024);

/**
 * An image file, or a block device, as it is. Trims and zeroes give room back where the file system can; where it cannot,
 * a trim does nothing and zeroes are written. Errors: `IO`, `DISK_FULL`, with the path.
 */
export class FileDevice implements BlockDevice {
  readonly size: Bytes;
  readonly readOnly: boolean;
  readonly contexts: readonly StatusContext[] = [];
  readonly #path: string;
  readonly #calls: ImageFileCalls;
  readonly #fd: number;
  /** What trims and zeroing have to be aligned to. */
  readonly #unit: number;
  /** A run that was found to be data: finding its end may cost a walk over the whole file, so it is asked for once. */
  #data = { start: 0, end: 0 };
  #closed = false;

  constructor(path: string, { readOnly }: { readonly readOnly: boolean }, calls = imageFileCalls()) {
    this.#path = path;
    this.#calls = calls;
    this.readOnly = readOnly;
    this.#fd = this.#try('open', () => openSync(path, readOnly ? 'r' : 'r+'));
    try {
      this.size = bytes(this.#try('size', () => calls.size(this.#fd, path)));
      this.#unit = fstatSync(this.#fd).isBlockDevice() ? SECTOR_BYTES : 1;
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
  }

  read(into: Uint8Array, offset: number): void {
    for (let done = 0; done < into.length; ) {
      const got = this.#try('read', () => readSync(this.#fd, into, done, into.length - done, offset + done));
      // Someone cut the file shorter: its end is not ours to make up.
      if (got === 0) throw ioError('read', 'EIO', this.#path);
      done += got;
    }
  }

  write(from: Uint8Array, offset: number, durable: boolean): void {
    for (let done = 0; done < from.length; ) {
      const written = this.#try('write', () =>
        durable
          ? this.#calls.writeDurably(this.#fd, from.subarray(done), offset + done)
          : writeSync(this.#fd, from, done, from.length - done, offset + done),
      );
      if (written === 0) throw ioError('write', 'EIO', this.#path);
      done += written;
    }
  }

  trim(offset: number, length: number, durable: boolean): void {
    const [start, end] = this.#whole(offset, length);
    if (end > start) {
      this.#forgetData();
      this.#try('trim', () => this.#calls.punchHole(this.#fd, start, end - start));
    }
    if (durable) this.flush();
  }

  zero(offset: number, length: number, { durable, mayPunch, onlyFast }: ZeroOptions): void {
    const [start, end] = this.#whole(offset, length);
    this.#forgetData();
    const quick = end > start && this.#try('zero', () => this.#zeroQuickly(start, end - start, mayPunch, onlyFast));
    if (!quick && onlyFast) throw ioError('zero', 'ENOTSUP', this.#path);
    if (quick) {
      this.#writeZeroes(offset, start - offset);
      this.#writeZeroes(end, offset + length - end);
    } else this.#writeZeroes(offset, length);
    if (durable) this.flush();
  }

  flush(): void {
    this.#try('flush', () => fdatasyncSync(this.#fd));
  }

  allocation(offset: number, length: number, limit: number): Allocation[] {
    const runs: Allocation[] = [];
    const end = offset + length;
    for (let at = offset; at < end && runs.length < limit; ) {
      const data = this.#dataAt(at, end);
      if (data.start > at) runs.push(hole(at, Math.min(data.start, end)));
      if (data.start < end && runs.length < limit)
        runs.push(written(Math.max(data.start, at), Math.min(data.end, end)));
      at = Math.min(data.end, end);
    }
    return runs;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#fd);
  }

  /** The next run of data that ends behind `at`; none is an empty one at `end`. What cannot be known counts as data. */
  #dataAt(at: number, end: number): { start: number; end: number } {
    if (at >= this.#data.start && at < this.#data.end) return this.#data;
    const start = this.#try('seek', () => this.#calls.nextData(this.#fd, at));
    if (start === null) return { start: end, end };
    const stop = start === undefined ? undefined : this.#try('seek', () => this.#calls.nextHole(this.#fd, start));
    // A file that is being changed meanwhile may answer anything, but there must be an end to this.
    const known =
      stop === undefined || start === undefined ? { start: at, end: this.size } : { start, end: stop ?? end };
    if (known.end <= at) return { start: at, end };
    if (known.start < end) this.#data = known;
    return known;
  }

  #forgetData(): void {
    this.#data = { start: 0, end: 0 };
  }

  #zeroQuickly(offset: number, length: number, mayPunch: boolean, onlyFast: boolean): boolean {
    if (mayPunch && this.#calls.punchHole(this.#fd, offset, length)) return true;
    // A disk that is told to keep its room may well write every sector of it.
    if (onlyFast && this.#unit > 1) return false;
    return this.#calls.zeroRange(this.#fd, offset, length);
  }

  #writeZeroes(offset: number, length: number): void {
    for (let done = 0; done < length; ) {
      const part = Math.min(ZEROES.length, length - done);
      this.write(ZEROES.subarray(0, part), offset + done, false);
      done += part;
    }
  }

  /** The part of a run that consists of whole units. */
  #whole(offset: number, length: number): [start: number, end: number] {
    const start = Math.ceil(offset / this.#unit) * this.#unit;
    const end = Math.floor((offset + length) / this.#unit) * this.#unit;
    return [start, Math.max(start, end)];
  }

  #try<T>(call: string, body: () => T): T {
    try {
      return body();
    } catch (error) {
      if (error instanceof ColdframeError) throw error;
      throw ioError(call, errnoOf(error) ?? 'EIO', this.#path, error);
    }
  }
}

const hole = (start: number, end: number): Allocation => ({
  offset: start,
  length: end - start,
  hole: true,
  zero: true,
});
const written = (start: number, end: number): Allocation => ({
  offset: start,
  length: end - start,
  hole: false,
  zero: false,
});
