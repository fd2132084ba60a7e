import { ColdframeError } from '../../../../shared/errors.ts';
import type { Bytes } from '../../../../shared/units.ts';
import { ioError } from '../../../platform/errno.ts';
import { addressText, type SocketAddress } from '../../../platform/socket-address.ts';
import type { Allocation, BlockDevice, StatusContext, ZeroOptions } from '../../snapshot/block-device.ts';
import { ALLOCATION_CONTEXT, COMMAND, COMMAND_FLAG, EXPORT_FLAG, STATE } from '../protocol.ts';
import { pskOf } from '../psk.ts';
import type { ByteStream } from './byte-stream.ts';
import { Call, type StatusRun } from './call.ts';
import { failedThere, lost, malformed } from './client-errors.ts';
import { Exchange } from './exchange.ts';
import { greet, isReadOnly, negotiate, type Offer, startTls } from './negotiate.ts';
import { secured } from './secured.ts';
import { SocketStream } from './socket-stream.ts';

/** With which key a server is reached over TLS. The key itself is read from its file when the connection is made, and kept nowhere. */
export interface NbdTls {
  /** Null: the only one in the file. */
  readonly user: string | null;
  readonly pskFile: string;
}

/** Which export of which server. */
export interface NbdSource {
  readonly address: SocketAddress;
  readonly export: string;
  /** Nothing is said to the server before this holds; without it the connection is in the clear. */
  readonly tls?: NbdTls;
  /** Contexts beside `base:allocation` that are wanted, if the server has them. */
  readonly contexts?: readonly string[];
  /** A server of which nothing is heard for so long, or that answers nothing whole in that time, counts as lost. */
  readonly limitMs?: number;
}

/** A place in memory and the offset on the volume that belongs into it. */
export interface ReadPart {
  readonly into: Uint8Array;
  readonly offset: number;
}

const LIMIT_MS = 60_000;
/** Reads and writes go in pieces of this size, so that several are on their way. */
const PIECE_BYTES = 512 * 1024;
/** As much of a volume as one request asks the status of. */
const STATUS_BYTES = 2 * 1024 * 1024 * 1024;
/** Requests without payload go in pieces too: a server may take long over each. */
const RANGE_BYTES = 1024 * 1024 * 1024;

/**
 * An export of another server as a disk, over calls that block this thread. Errors: NBD_LOST, NBD_REFUSED, NBD_MALFORMED,
 * PSK_FILE_UNSAFE and NO_SUCH_EXPORT; `IO` and `DISK_FULL` for what the server says of single requests. After the connection is lost every call
 * says so at once.
 */
export class NbdDevice implements BlockDevice {
  readonly size: Bytes;
  readonly readOnly: boolean;
  /** The server says that several connections may be used as one. */
  readonly multiple: boolean;
  readonly contexts: readonly StatusContext[];
  readonly #where: string;
  readonly #offer: Offer;
  readonly #stream: ByteStream;
  readonly #exchange: Exchange;
  #broken: ColdframeError | null = null;

  /** Connects and agrees on the export. */
  static open({ address, export: name, tls, contexts = [], limitMs = LIMIT_MS }: NbdSource): NbdDevice {
    const where = `${addressText(address)}/${name}`;
    const key = tls === undefined ? null : pskOf(tls.pskFile, tls.user);
    let stream = SocketStream.to(address, limitMs);
    try {
      const greeting = greet(stream, where);
      if (key !== null) {
        startTls(stream, where, greeting);
        stream = secured(stream, key, limitMs);
      }
      return new NbdDevice(stream, where, negotiate(stream, where, name, contexts, greeting));
    } catch (error) {
      stream.close();
      throw error;
    }
  }

  constructor(stream: ByteStream, where: string, offer: Offer) {
    this.#where = where;
    this.#offer = offer;
    this.#stream = stream;
    this.#exchange = new Exchange(stream, where, offer.structured);
    this.size = offer.size;
    this.readOnly = isReadOnly(offer);
    this.multiple = this.#has(EXPORT_FLAG.canMultiConn);
    this.contexts = [...offer.contexts]
      .filter(([, name]) => name !== ALLOCATION_CONTEXT)
      .map(([id, name]) => ({ name, status: (offset, length, limit) => this.#status(id, offset, length, limit) }));
  }

  read(into: Uint8Array, offset: number): void {
    this.readAll([{ into, offset }]);
  }

  /** Reads several parts, with several requests on their way. */
  readAll(parts: readonly ReadPart[]): void {
    const widened = parts.map((part) => this.#widened(part));
    this.#run('read', this.#reads(widened));
    for (const [index, { into, offset }] of parts.entries()) {
      const whole = widened[index];
      // The server gives whole blocks only.
      if (whole !== undefined && whole.into !== into)
        into.set(whole.into.subarray(offset - whole.offset).subarray(0, into.length));
    }
  }

  write(from: Uint8Array, offset: number, durable: boolean): void {
    const [start, end] = this.#aligned(offset, from.length);
    if (start === offset && end === offset + from.length) this.#write(from, offset, durable);
    else {
      // The server takes whole blocks only: the rest of them stays as it is.
      const whole = new Uint8Array(end - start);
      this.read(whole, start);
      whole.set(from, offset - start);
      this.#write(whole, start, durable);
    }
  }

  trim(offset: number, length: number, durable: boolean): void {
    if (this.#has(EXPORT_FLAG.sendTrim)) {
      const [start, end] = this.#within(offset, length);
      this.#run('trim', ranges(COMMAND.trim, start, end, this.#fua(durable)));
    }
    this.#settle(durable);
  }

  zero(offset: number, length: number, { durable, mayPunch, onlyFast }: ZeroOptions): void {
    const [start, end] = this.#within(offset, length);
    const can = this.#has(EXPORT_FLAG.sendWriteZeroes) && (!onlyFast || this.#has(EXPORT_FLAG.sendFastZero));
    if (onlyFast && (!can || end === start)) throw ioError('zero', 'ENOTSUP', this.#where);
    if (can && end > start) {
      const flags = (mayPunch ? 0 : COMMAND_FLAG.noHole) | (onlyFast ? COMMAND_FLAG.fastZero : 0) | this.#fua(durable);
      this.#run('zero', ranges(COMMAND.writeZeroes, start, end, flags));
      this.#writeZeroes(offset, start);
      this.#writeZeroes(end, offset + length);
    } else this.#writeZeroes(offset, offset + length);
    if (!can || start !== offset || end !== offset + length) {
      if (durable) this.flush();
    } else this.#settle(durable);
  }

  flush(): void {
    if (this.#has(EXPORT_FLAG.sendFlush)) this.#run('flush', [new Call(COMMAND.flush, 0, 0)]);
  }

  allocation(offset: number, length: number, limit: number): Allocation[] {
    const id = [...this.#offer.contexts].find(([, name]) => name === ALLOCATION_CONTEXT)?.[0];
    if (id === undefined) return [{ offset, length, hole: false, zero: false }];
    let at = offset;
    return this.#status(id, offset, length, limit).map((run) => {
      const { hole, zero } = STATE;
      const found = { offset: at, length: run.length, hole: (run.flags & hole) !== 0, zero: (run.flags & zero) !== 0 };
      at += run.length;
      return found;
    });
  }

  close(): void {
    if (this.#broken === null) {
      try {
        this.#exchange.disconnect();
      } catch {
        // Who is gone needs no goodbye.
      }
      this.#broken = lost(this.#where, 'it was closed here', 'ENOTCONN');
    }
    this.#stream.close();
  }

  #widened(part: ReadPart): ReadPart {
    const [start, end] = this.#aligned(part.offset, part.into.length);
    return end - start === part.into.length ? part : { into: new Uint8Array(end - start), offset: start };
  }

  *#reads(parts: readonly ReadPart[]): Generator<Call> {
    for (const { into, offset } of parts) yield* this.#pieces(COMMAND.read, into, offset, 0);
  }

  *#pieces(command: number, data: Uint8Array, offset: number, flags: number): Generator<Call> {
    const most = Math.min(PIECE_BYTES, this.#offer.maximum);
    for (let done = 0; done < data.length; done += most) {
      const part = data.subarray(done, Math.min(done + most, data.length));
      yield new Call(command, offset + done, part.length, part, flags);
    }
  }

  #write(from: Uint8Array, offset: number, durable: boolean): void {
    this.#run('write', this.#pieces(COMMAND.write, from, offset, this.#fua(durable)));
    this.#settle(durable);
  }

  #writeZeroes(start: number, end: number): void {
    const zeroes = new Uint8Array(Math.min(PIECE_BYTES, Math.max(0, end - start)));
    for (let at = start; at < end; at += zeroes.length) this.write(zeroes.subarray(0, end - at), at, false);
  }

  /** Runs of one context that cover a range, or the first `limit` of them. */
  #status(id: number, offset: number, length: number, limit: number): StatusRun[] {
    const runs: StatusRun[] = [];
    for (let at = offset; at < offset + length && runs.length < limit; ) {
      const [start, end] = this.#aligned(at, Math.min(offset + length - at, STATUS_BYTES));
      const call = new Call(COMMAND.blockStatus, start, end - start, null, limit === 1 ? COMMAND_FLAG.reqOne : 0);
      this.#run('status', [call]);
      const found = call.status.get(id) ?? [];
      if (found.length === 0) this.#trying(() => this.#noStatus());
      let from = start;
      const before = at;
      for (const run of found) {
        const until = Math.min(from + run.length, offset + length);
        from += run.length;
        if (until <= at || runs.length === limit) continue;
        runs.push({ length: until - at, flags: run.flags });
        at = until;
      }
      if (at === before) this.#trying(() => this.#noStatus());
    }
    return runs;
  }

  /** Carries out calls and throws the first thing that went wrong with one of them. */
  #run(name: string, calls: Iterable<Call>): void {
    if (this.#broken !== null) throw this.#broken;
    const failed = this.#trying(() => this.#exchange.run(calls));
    if (failed !== null) throw failedThere(this.#where, name, failed.error);
  }

  #trying<T>(body: () => T): T {
    try {
      return body();
    } catch (error) {
      this.#break(error);
      throw error;
    }
  }

  /** What is said after an error of the connection cannot be told apart any more. */
  #break(error: unknown): void {
    this.#broken = error instanceof ColdframeError ? error : lost(this.#where, String(error), 'EIO', error);
    this.#stream.close();
  }

  #noStatus(): never {
    throw malformed(this.#where, 'a status that says nothing of what was asked for');
  }

  #has(flag: number): boolean {
    return (this.#offer.flags & flag) !== 0;
  }

  #fua(durable: boolean): number {
    return durable && this.#has(EXPORT_FLAG.sendFua) ? COMMAND_FLAG.fua : 0;
  }

  /** Makes what was written durable where the server cannot do so with the request itself. */
  #settle(durable: boolean): void {
    if (durable && !this.#has(EXPORT_FLAG.sendFua)) this.flush();
  }

  /** The whole blocks of the server around a range. */
  #aligned(offset: number, length: number): [start: number, end: number] {
    const { minimum } = this.#offer;
    const end = Math.ceil((offset + length) / minimum) * minimum;
    return [Math.floor(offset / minimum) * minimum, Math.max(offset + length, Math.min(end, this.size))];
  }

  /** The whole blocks of the server within a range. */
  #within(offset: number, length: number): [start: number, end: number] {
    const { minimum } = this.#offer;
    const start = Math.ceil(offset / minimum) * minimum;
    return [start, Math.max(start, Math.floor((offset + length) / minimum) * minimum)];
  }
}

function* ranges(command: number, start: number, end: number, flags: number): Generator<Call> {
  for (let at = start; at < end; at += RANGE_BYTES)
    yield new Call(command, at, Math.min(RANGE_BYTES, end - at), null, flags);
}
