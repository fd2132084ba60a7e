import { bytes } from '../../../../shared/units.ts';
import { type Errno, ioError } from '../../../platform/errno.ts';
import type { Allocation, BlockDevice, StatusContext, ZeroOptions } from '../../snapshot/block-device.ts';

const BLOCK = 4096;

/** A disk in memory, the simplest there is. It says what was called, and can be told to fail. */
export class MemoryDevice implements BlockDevice {
  readonly size;
  readonly readOnly: boolean;
  readonly contexts: StatusContext[] = [];
  readonly content: Uint8Array;
  readonly calls: string[] = [];
  /** Thrown by every call on content from now on. */
  errno: Errno | null = null;
  closed = 0;

  constructor(size: number, readOnly = false) {
    this.size = bytes(size);
    this.readOnly = readOnly;
    this.content = new Uint8Array(size);
  }

  read(into: Uint8Array, offset: number): void {
    this.#fail('read');
    into.set(this.content.subarray(offset, offset + into.length));
  }

  write(from: Uint8Array, offset: number, durable: boolean): void {
    this.#fail('write');
    this.calls.push(`write ${offset} ${from.length}${durable ? ' durable' : ''}`);
    this.content.set(from, offset);
  }

  trim(offset: number, length: number, durable: boolean): void {
    this.#fail('trim');
    this.calls.push(`trim ${offset} ${length}${durable ? ' durable' : ''}`);
    this.content.fill(0, offset, offset + length);
  }

  zero(offset: number, length: number, { durable, mayPunch, onlyFast }: ZeroOptions): void {
    this.#fail('zero');
    const how = [durable ? ' durable' : '', mayPunch ? ' punch' : '', onlyFast ? ' fast' : ''].join('');
    this.calls.push(`zero ${offset} ${length}${how}`);
    this.content.fill(0, offset, offset + length);
  }

  flush(): void {
    this.#fail('flush');
    this.calls.push('flush');
  }

  /** Blocks of zeroes are holes. */
  allocation(offset: number, length: number, limit: number): Allocation[] {
    this.#fail('allocation');
    const runs: { offset: number; length: number; hole: boolean; zero: boolean }[] = [];
    for (let at = offset; at < offset + length; ) {
      const end = Math.min(offset + length, (Math.floor(at / BLOCK) + 1) * BLOCK);
      const empty = this.content.subarray(Math.floor(at / BLOCK) * BLOCK, end).every((byte) => byte === 0);
      const last = runs.at(-1);
      if (last?.hole === empty) last.length += end - at;
      else if (runs.length === limit) break;
      else runs.push({ offset: at, length: end - at, hole: empty, zero: empty });
      at = end;
    }
    return runs;
  }

  close(): void {
    this.closed += 1;
  }

  #fail(call: string): void {
    if (this.errno !== null) throw ioError(call, this.errno, 'memory');
  }
}
