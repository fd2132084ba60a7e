const REASON_BYTES = 512;
const SHAKING = 0;
const OPEN = 1;
const FAILED = 2;

export const tlsStateMemory = (): SharedArrayBuffer => new SharedArrayBuffer(8 + REASON_BYTES);

/** How the handshake of a connection stands, between the thread that holds it and the one that waits and hears no messages. */
export class TlsState {
  readonly #words: Int32Array;
  readonly #reason: Uint8Array;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory, 0, 2);
    this.#reason = new Uint8Array(memory, 8);
  }

  open(): void {
    this.#settle(OPEN);
  }

  /** The first reason counts, also of a connection that was open. */
  fail(reason: string): void {
    if (Atomics.load(this.#words, 0) === FAILED) return;
    const { written } = new TextEncoder().encodeInto(reason, this.#reason);
    Atomics.store(this.#words, 1, written);
    this.#settle(FAILED);
  }

  /** Waits for the end of the handshake; `late` when it takes longer. */
  wait(limitMs: number): 'open' | 'failed' | 'late' {
    Atomics.wait(this.#words, 0, SHAKING, limitMs);
    const state = Atomics.load(this.#words, 0);
    if (state === SHAKING) return 'late';
    return state === OPEN ? 'open' : 'failed';
  }

  /** Why it failed; null as long as it has not. */
  get reason(): string | null {
    if (Atomics.load(this.#words, 0) !== FAILED) return null;
    // What is shared cannot be decoded in place.
    return new TextDecoder().decode(this.#reason.slice(0, Atomics.load(this.#words, 1)));
  }

  #settle(state: number): void {
    Atomics.store(this.#words, 0, state);
    Atomics.notify(this.#words, 0);
  }
}
