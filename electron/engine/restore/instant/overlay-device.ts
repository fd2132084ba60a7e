import type { Bytes } from '../../../../shared/units.ts';
import { ioError } from '../../../platform/errno.ts';
import { type OpenPositional, openPositional, type PositionalFile } from '../../../platform/positional-file.ts';
import type { Allocation, BlockDevice, StatusContext, ZeroOptions } from '../../snapshot/block-device.ts';
import { FileDevice } from '../../snapshot/file-device.ts';
import { SegmentMap } from '../../snapshot/segment-map.ts';
import { MAP_HEADER_BYTES } from './overlay-files.ts';
import { OVERLAY_WORD, type OverlaySpec, PAGE_BYTES, PAGE_WORDS } from './overlay-volume.ts';
import { TimedLock } from './timed-lock.ts';

/** How long a write or a flush waits for another one before it counts as failed. */
const WAIT_MS = 600_000;

/**
 * A volume that reads from a base until it is written to; what is written lies in a file of its own. Pieces that are written whole need
 * nothing of the base; of others the rest is copied first. Writes of all threads go one after the other.
 *
 * A map that is kept is written by `flush` alone, behind the data that it speaks of: after a stop of any kind a kept overlay holds what
 * was flushed, and of the rest any part, each piece as it was or as it was written.
 */
export class OverlayDevice implements BlockDevice {
  readonly size: Bytes;
  readonly readOnly = false;
  readonly contexts: readonly StatusContext[] = [];
  readonly #spec: OverlaySpec;
  readonly #base: BlockDevice;
  readonly #file: FileDevice;
  readonly #map: SegmentMap;
  readonly #words: Int32Array;
  readonly #mapFile: PositionalFile | null;
  readonly #writers: TimedLock;
  readonly #flushing: TimedLock;
  readonly #piece: Uint8Array;

  constructor(spec: OverlaySpec, base: BlockDevice, open: OpenPositional = openPositional) {
    this.#spec = spec;
    this.#base = base;
    this.size = base.size;
    this.#map = new SegmentMap(Math.ceil(base.size / spec.pieceBytes), new Int32Array(spec.map));
    this.#words = new Int32Array(spec.words);
    this.#writers = new TimedLock(this.#words, OVERLAY_WORD.writers);
    this.#flushing = new TimedLock(this.#words, OVERLAY_WORD.flushing);
    this.#piece = Buffer.allocUnsafeSlow(spec.pieceBytes);
    this.#file = new FileDevice(spec.path, { readOnly: false });
    try {
      this.#mapFile = spec.mapPath === null ? null : open(spec.mapPath, 'update');
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  read(into: Uint8Array, offset: number): void {
    for (const { at, length, written } of this.#runs(offset, into.length)) {
      const part = into.subarray(at - offset, at - offset + length);
      if (written) this.#file.read(part, at);
      else this.#base.read(part, at);
    }
  }

  write(from: Uint8Array, offset: number, durable: boolean): void {
    this.#alone(() => {
      this.#copyEdges(offset, from.length);
      this.#file.write(from, offset, false);
      this.#mark(offset, from.length);
    });
    if (durable) this.flush();
  }

  /** Whole pieces alone are forgotten; they read as zeroes then. */
  trim(offset: number, length: number, durable: boolean): void {
    const { pieceBytes } = this.#spec;
    const start = Math.ceil(offset / pieceBytes) * pieceBytes;
    const end = offset + length === this.size ? this.size : Math.floor((offset + length) / pieceBytes) * pieceBytes;
    if (end > start)
      this.#alone(() => {
        this.#file.zero(start, end - start, { durable: false, mayPunch: true, onlyFast: false });
        this.#mark(start, end - start);
      });
    if (durable) this.flush();
  }

  zero(offset: number, length: number, options: ZeroOptions): void {
    this.#alone(() => {
      this.#copyEdges(offset, length);
      this.#file.zero(offset, length, { ...options, durable: false });
      this.#mark(offset, length);
    });
    if (options.durable) this.flush();
  }

  flush(): void {
    const file = this.#mapFile;
    if (file === null) return;
    if (!this.#flushing.take(WAIT_MS)) throw this.#stuck('flush');
    try {
      // The system may have forgotten what it could not write: a later flush must not claim it.
      if (Atomics.load(this.#words, OVERLAY_WORD.failed) !== 0) throw ioError('flush', 'EIO', this.#spec.path);
      this.#flushTo(file);
    } finally {
      this.#flushing.release();
    }
  }

  allocation(offset: number, length: number, limit: number): Allocation[] {
    const found: Allocation[] = [];
    for (const { at, length: part, written } of this.#runs(offset, length)) {
      const left = limit - found.length;
      if (left <= 0) break;
      const runs = (written ? this.#file : this.#base).allocation(at, part, left);
      found.push(...runs);
      const last = runs.at(-1);
      // Cut short by the limit: what comes behind would leave a gap.
      if (last === undefined || last.offset + last.length < at + part) break;
    }
    return found;
  }

  close(): void {
    this.#mapFile?.close();
    this.#file.close();
    this.#base.close();
  }

  #flushTo(file: PositionalFile): void {
    const pages: { readonly page: number; readonly copy: Uint8Array }[] = [];
    for (let at: number = OVERLAY_WORD.pages; at < this.#words.length; at += 1) {
      if (Atomics.exchange(this.#words, at, 0) === 0) continue;
      const page = at - OVERLAY_WORD.pages;
      // As it is before the data is made durable: what is marked meanwhile belongs to a later flush.
      const copy = Uint8Array.from(new Uint8Array(this.#spec.map, page * PAGE_BYTES, PAGE_BYTES));
      pages.push({ page, copy });
    }
    try {
      this.#file.flush();
      for (const { page, copy } of pages) file.write(copy, MAP_HEADER_BYTES + page * PAGE_BYTES);
      if (pages.length > 0) file.sync();
    } catch (error) {
      Atomics.store(this.#words, OVERLAY_WORD.failed, 1);
      throw error;
    }
  }

  /** Brings what of the first and the last piece is not written over from the base. */
  #copyEdges(offset: number, length: number): void {
    const { pieceBytes } = this.#spec;
    if (length === 0) return;
    const end = offset + length;
    const first = Math.floor(offset / pieceBytes);
    const last = Math.floor((end - 1) / pieceBytes);
    if (offset > first * pieceBytes) this.#copyUp(first);
    const wholeEnd = Math.min(this.size, (last + 1) * pieceBytes);
    if (end < wholeEnd) this.#copyUp(last);
  }

  #copyUp(piece: number): void {
    if (this.#map.has(piece)) return;
    const start = piece * this.#spec.pieceBytes;
    const part = this.#piece.subarray(0, Math.min(this.#spec.pieceBytes, this.size - start));
    this.#base.read(part, start);
    this.#file.write(part, start, false);
    this.#mark(start, part.length);
  }

  /** From here on this comes from the overlay: only what lies there. */
  #mark(offset: number, length: number): void {
    if (length === 0) return;
    const { pieceBytes } = this.#spec;
    const first = Math.floor(offset / pieceBytes);
    const last = Math.floor((offset + length - 1) / pieceBytes);
    this.#map.addRun(first, last - first + 1);
    for (let page = pageOf(first); page <= pageOf(last); page += 1)
      Atomics.store(this.#words, OVERLAY_WORD.pages + page, 1);
  }

  *#runs(offset: number, length: number): Generator<{ at: number; length: number; written: boolean }> {
    const { pieceBytes } = this.#spec;
    const end = offset + length;
    const beyond = Math.ceil(end / pieceBytes);
    for (let at = offset; at < end; ) {
      const piece = Math.floor(at / pieceBytes);
      const written = this.#map.has(piece);
      // Looked at once: another thread may mark it at any moment, and a run must not end before it begins.
      const to = Math.min(end, this.#map.next(piece + 1, beyond, !written) * pieceBytes);
      yield { at, length: to - at, written };
      at = to;
    }
  }

  #alone(body: () => void): void {
    if (!this.#writers.take(WAIT_MS)) throw this.#stuck('write');
    try {
      body();
    } finally {
      this.#writers.release();
    }
  }

  #stuck(call: string): Error {
    return ioError(call, 'ETIMEDOUT', this.#spec.path);
  }
}

const pageOf = (piece: number): number => Math.floor(piece / (PAGE_WORDS * 32));
