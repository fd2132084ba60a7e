import type { ByteStream } from '../client/byte-stream.ts';
import type { Served } from './served.ts';

/** The client's end of a connection to a session in the same thread: who waits makes the server work. */
export class LoopbackStream implements ByteStream {
  readonly #served: Served;
  #received = Buffer.alloc(0);
  closed = false;

  constructor(served: Served) {
    this.#served = served;
    served.send(new Uint8Array(0));
  }

  take(length: number): Buffer {
    if (this.#received.length < length) {
      const said = this.#served.said();
      this.#received = Buffer.concat([this.#received, said.rest()]);
    }
    if (this.#received.length < length) throw new Error('The server has nothing to say.');
    const taken = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return taken;
  }

  fill(into: Uint8Array): void {
    into.set(this.take(into.length));
  }

  send(bytes: Uint8Array): void {
    this.#served.send(bytes);
  }

  moved(): void {}

  close(): void {
    this.closed = true;
  }
}
