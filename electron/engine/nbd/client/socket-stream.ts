import { ColdframeError } from '../../../../shared/errors.ts';
import { errnoOf } from '../../../platform/errno.ts';
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
import { lost, refused } from './client-errors.ts';

const BUFFER_BYTES = 4 * MAX_MESSAGE;
/** Longer rests go straight to where they belong. */
const DIRECT_BYTES = 16 * 1024;

/**
 * A connection by system calls that block this thread. Errors: NBD_LOST, also when nothing moves for `limitMs`; NBD_REFUSED
 * where such calls cannot be made.
 */
export class SocketStream implements ByteStream {
  readonly #where: string;
  readonly #fd: number;
  readonly #limitMs: number;
  readonly #input = new WireBuffer(BUFFER_BYTES, allocate);
  #closed = false;

  constructor(address: SocketAddress, limitMs: number) {
    this.#where = addressText(address);
    this.#limitMs = limitMs;
    if (process.platform !== 'linux')
      throw refused(this.#where, 'volumes of other servers can be read on Linux only so far');
    try {
      this.#fd = connectTo(address, limitMs);
    } catch (error) {
      throw lost(this.#where, error instanceof Error ? error.message : String(error), errnoOf(error) ?? 'EIO', error);
    }
    setTimeLimits(this.#fd, limitMs);
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
      if (sent === null) throw lost(this.#where, 'it was closed by the other side', 'EPIPE');
      done += sent;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSocket(this.#fd);
  }

  #receive(at: number, length: number): number {
    const got = receive(this.#fd, at, length);
    if (got === NOTHING_YET) throw this.#late();
    if (got === null || got === 0) throw lost(this.#where, 'it was closed by the other side', 'ECONNRESET');
    return got;
  }

  #late(): ColdframeError {
    return lost(this.#where, `nothing came for ${Math.round(this.#limitMs / 1000)} s`, 'ETIMEDOUT');
  }
}
