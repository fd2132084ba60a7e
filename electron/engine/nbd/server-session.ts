import type { ExportsView } from './export-info.ts';
import { Handshake } from './handshake.ts';
import { Transmission, type TransmissionParts } from './transmission.ts';
import type { WireBuffer } from './wire-buffer.ts';

export type SessionProgress = 'more' | 'full' | 'end' | 'tls';

export interface SessionParts extends TransmissionParts {
  readonly view: ExportsView;
  /** Demands TLS before anything else is said. */
  readonly tls: boolean;
}

/**
 * One connection of the server without its socket. Whoever drives it puts what arrives into `input`, calls `advance`, and
 * sends what is in `out`, whatever the answer: `more` asks for bytes, `full` to be called again, `tls` to be called again
 * within TLS, `end` to be cut off.
 */
export class ServerSession {
  readonly input: WireBuffer;
  readonly out: WireBuffer;
  readonly #parts: SessionParts;
  readonly #handshake: Handshake;
  #transmission: Transmission | null = null;

  constructor(input: WireBuffer, out: WireBuffer, parts: SessionParts) {
    this.input = input;
    this.out = out;
    this.#parts = parts;
    this.#handshake = new Handshake(parts.view, { tls: parts.tls });
    this.#handshake.greet(out);
  }

  get transmitting(): boolean {
    return this.#transmission !== null;
  }

  /** Bytes that the next step needs at least, as far as that is known: to be waited for in one call. */
  get missing(): number {
    return this.#transmission?.missing ?? 0;
  }

  advance(): SessionProgress {
    if (this.#transmission !== null) return this.#transmission.advance(this.input, this.out);
    const progress = this.#handshake.advance(this.input, this.out);
    if (typeof progress === 'string') return progress;
    this.#transmission = new Transmission(progress, this.#parts);
    return this.#transmission.advance(this.input, this.out);
  }

  close(): void {
    this.#handshake.close();
    this.#transmission?.close();
  }
}
