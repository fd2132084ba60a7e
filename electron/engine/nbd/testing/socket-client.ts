import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { SocketAddress } from '../../../platform/socket-address.ts';
import { SIMPLE_REPLY_BYTES } from '../protocol.ts';
import { goTo } from './client-bytes.ts';
import { ServerBytes } from './server-bytes.ts';

/** A client that does not block its thread, byte by byte under the control of a test. */
export class SocketClient {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => undefined;

  static async connect(address: SocketAddress): Promise<SocketClient> {
    const socket = connect(
      address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port },
    );
    await once(socket, 'connect');
    return new SocketClient(socket);
  }

  /** Connects and goes on to the transmission phase, with simple replies. */
  static async open(address: SocketAddress, name: string): Promise<SocketClient> {
    const client = await SocketClient.connect(address);
    client.send(goTo(name));
    // The greeting, one piece of information and an acknowledgement.
    await client.take(18 + 20 + 12 + 20);
    return client;
  }

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
    for (const event of ['error', 'close', 'end']) {
      socket.on(event, () => {
        this.#ended = true;
        this.#wake();
      });
    }
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** The next bytes; fails when the server hangs up before. */
  async take(length: number): Promise<Buffer> {
    while (this.#received.length < length) {
      if (this.#ended) throw new Error('The server hung up.');
      await this.#change();
    }
    const taken = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return taken;
  }

  async simpleReply(dataLength = 0): Promise<ReturnType<ServerBytes['simpleReply']>> {
    const head = await this.take(SIMPLE_REPLY_BYTES);
    const data = head.readUInt32BE(4) === 0 ? await this.take(dataLength) : Buffer.alloc(0);
    return new ServerBytes(Buffer.concat([head, data])).simpleReply(dataLength);
  }

  /** Is done when the server has hung up. */
  async hungUp(): Promise<void> {
    while (!this.#ended) await this.#change();
  }

  close(): void {
    this.#socket.destroy();
  }

  async #change(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
}
