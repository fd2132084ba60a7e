import { ColdframeError } from '../../../../shared/errors.ts';
import { type Errno, errnoOf } from '../../../platform/errno.ts';
import { allocate } from '../../../platform/linux/memory.ts';
import {
  addressOf,
  closeSocket,
  connectTo,
  NOTHING_YET,
  receive,
  send,
  setTimeLimits,
} from '../../../platform/linux/sockets.ts';
import { addressText, type SocketAddress } from '../../../platform/socket-address.ts';
import { WireBuffer } from '../wire-buffer.ts';
import { type ByteStream, MAX_MESSAGE } from './byte-stream.ts';
import { lost, malformed, refused, unreachable } from './client-errors.ts';

const BUFFER_BYTES = 4 * MAX_MESSAGE;
/** Longer rests go straight to where they belong. */
const DIRECT_BYTES = 16 * 1024;

/**
 * A connection by system calls that block this thread. Errors: NBD_LOST, also when nothing comes for `limitMs`, or when something
 * does, byte by byte, and for so long nothing was whole that was waited for; NBD_REFUSED where such calls cannot be made.
 */
export class SocketStream implements ByteStream {
  readonly where: string;
  readonly #fd: number;
  readonly #limitMs: number;
  readonly #whyEnded: () => string | null;
  readonly #now: () => number;
  #movedAt: number;
  readonly #input = new WireBuffer(BUFFER_BYTES, allocate);
  #closed = false;

  static to(address: SocketAddress, limitMs: number): SocketStream {
    const where = addressText(address);
    if (process.platform !== 'linux') throw refused(where, 'volumes of other servers can be read on Linux only so far');
    try {
      return new SocketStream(where, connectTo(address, limitMs), limitMs);
    } catch (error) {
      throw unreachable(where, errnoOf(error) ?? 'EIO', error);
    }
  }

  /** Over a socket that is connected and is this stream's own from then on. `whyEnded`: what is known of why there is nothing any more. */
  constructor(
    where: string,
    fd: number,
    limitMs: number,
    whyEnded: () => string | null = () => null,
    now: () => number = () => performance.now(),
  ) {
    this.#now = now;
    this.#movedAt = now();
    this.where = where;
    this.#fd = fd;
    this.#limitMs = limitMs;
    this.#whyEnded = whyEnded;
    setTimeLimits(fd, limitMs);
  }

  take(length: number): Buffer {
    if (length > MAX_MESSAGE)
      throw new ColdframeError('INTERNAL', { message: 'Too much was asked for.', guidance: '' });
    const input = this.#input;
    input.fit(length);
    while (input.length < length) input.end += this.#receive(input.address + input.end, input.room);
    const from = input.start;
    input.start += length;
    const taken = input.bytes.subarray(from, from + length);
    if (input.start === input.end) input.clear();
    return taken;
  }

  fill(into: Uint8Array): void {
    const input = this.#input;
    for (let done = 0; done < into.length; ) {
      if (input.length === 0 && into.length - done >= DIRECT_BYTES) {
        const rest = into.subarray(done);
        done += this.#receive(addressOf(rest), rest.length);
        continue;
      }
      if (input.length === 0) input.end += this.#receive(input.address, input.room);
      const part = Math.min(input.length, into.length - done);
      into.set(input.bytes.subarray(input.start, input.start + part), done);
      input.take(part);
      done += part;
    }
  }

  send(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const rest = bytes.subarray(done);
      const sent = send(this.#fd, addressOf(rest), rest.length);
      if (sent === NOTHING_YET) throw this.#late();
      if (sent === null) throw this.#ended('EPIPE');
      done += sent;
      if (done < bytes.length) this.#demandWhole();
    }
  }

  moved(): void {
    this.#movedAt = this.#now();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSocket(this.#fd);
  }

  /** Gives the socket away. Errors: NBD_MALFORMED when something has come that nobody took: it must not count as what comes next. */
  handOver(): number {
    if (this.#input.length > 0) throw malformed(this.where, 'it sent more than it was asked for before TLS began');
    this.#closed = true;
    return this.#fd;
  }

  #receive(at: number, length: number): number {
    const got = receive(this.#fd, at, length);
    if (got === NOTHING_YET) throw this.#late();
    if (got === null || got === 0) throw this.#ended('ECONNRESET');
    this.#demandWhole();
    return got;
  }

  /** A server that says a byte now and then is none that answers. */
  #demandWhole(): void {
    if (this.#now() - this.#movedAt <= this.#limitMs) return;
    throw lost(this.where, `nothing that it was asked for came whole in ${seconds(this.#limitMs)}`, 'ETIMEDOUT');
  }

  #ended(errno: Errno): ColdframeError {
    return lost(this.where, this.#whyEnded() ?? 'it was closed by the other side', errno);
  }

  #late(): ColdframeError {
    return lost(this.where, `nothing came for ${seconds(this.#limitMs)}`, 'ETIMEDOUT');
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
