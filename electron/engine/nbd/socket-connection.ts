import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { Slot } from './board.ts';
import { PSK_CIPHERS, type PskKeys } from './psk.ts';
import type { ServerSession } from './server-session.ts';
import type { ConnectionLimits } from './thread-messages.ts';

/** Serves one connection of Node's in its event loop. */
export class SocketConnection {
  readonly slot: Slot;
  readonly #session: ServerSession;
  readonly #keys: PskKeys | null;
  readonly #ended: () => void;
  readonly #limits: ConnectionLimits;
  readonly #handshake: NodeJS.Timeout;
  #socket: Socket;
  #over = false;

  constructor(
    socket: Socket,
    session: ServerSession,
    parts: {
      readonly slot: Slot;
      readonly keys: PskKeys | null;
      readonly limits: ConnectionLimits;
      readonly ended: () => void;
    },
  ) {
    this.slot = parts.slot;
    this.#session = session;
    this.#keys = parts.keys;
    this.#limits = parts.limits;
    this.#ended = parts.ended;
    this.#socket = socket;
    this.#handshake = setTimeout(() => this.#cutOff(), parts.limits.handshakeMs);
    socket.setNoDelay(true);
    socket.setKeepAlive(true);
    this.#listen(socket);
    this.#pump();
  }

  /** Turns requests away from now on, and cuts the client off after a while. */
  stop(): void {
    this.slot.stop();
    setTimeout(() => this.#cutOff(), this.#limits.graceMs).unref();
  }

  /** Ends it at once. */
  cut(): void {
    this.#cutOff();
  }

  #listen(socket: Socket): void {
    socket.on('data', (bytes: Buffer) => {
      this.#session.input.append(bytes);
      this.#pump();
    });
    socket.on('drain', () => {
      socket.resume();
      this.#pump();
    });
    socket.on('error', () => this.#cutOff());
    socket.on('close', () => this.#cutOff());
  }

  #pump(): void {
    while (!this.#over) {
      // Who does not read what was answered is not asked for more.
      if (this.#socket.writableNeedDrain) {
        this.#socket.pause();
        return;
      }
      const progress = this.#advance();
      if (progress === 'end') this.#finish();
      if (progress === 'tls') this.#upgrade();
      if (progress !== 'full') return;
    }
  }

  #advance(): ReturnType<ServerSession['advance']> {
    const { out } = this.#session;
    const progress = this.#session.advance();
    if (this.#session.transmitting && !this.slot.transmitting) {
      clearTimeout(this.#handshake);
      this.slot.transmit();
    }
    if (out.length > 0) this.#socket.write(Buffer.from(out.bytes.subarray(out.start, out.end)));
    out.clear();
    return progress;
  }

  #upgrade(): void {
    const plain = this.#socket;
    for (const event of ['data', 'drain', 'error', 'close']) plain.removeAllListeners(event);
    plain.on('error', () => this.#cutOff());
    const keys = this.#keys ?? new Map<string, Uint8Array>();
    this.#socket = new TLSSocket(plain, {
      isServer: true,
      secureContext: createSecureContext({ ciphers: PSK_CIPHERS, minVersion: 'TLSv1.2' }),
      pskCallback: (_: unknown, identity: string) => keys.get(identity) ?? null,
    } as ConstructorParameters<typeof TLSSocket>[1]);
    this.#listen(this.#socket);
  }

  /** Sends what is left and closes. */
  #finish(): void {
    this.#socket.removeAllListeners('data');
    this.#socket.resume();
    this.#socket.end(() => this.#cutOff());
    // A client that does not read must not keep its slot.
    setTimeout(() => this.#cutOff(), this.#limits.graceMs).unref();
  }

  #cutOff(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#handshake);
    this.#socket.destroy();
    this.#ended();
  }
}
