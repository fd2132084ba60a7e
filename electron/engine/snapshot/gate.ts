/**
 * Lets writers through side by side until a snapshot closes it; then those inside finish and the rest wait. One word of
 * shared memory: the number inside, and a sign for closed.
 */
export class Gate {
  readonly #words: Int32Array;
  readonly #at: number;

  constructor(words: Int32Array, at: number) {
    this.#words = words;
    this.#at = at;
  }

  /** Goes in, waiting while the gate is closed. False when it stays closed for `waitMs`. */
  enter(waitMs = Number.POSITIVE_INFINITY): boolean {
    const deadline = performance.now() + waitMs;
    for (;;) {
      const value = Atomics.load(this.#words, this.#at);
      if (value >= 0) {
        if (Atomics.compareExchange(this.#words, this.#at, value, value + 1) === value) return true;
        continue;
      }
      const left = deadline - performance.now();
      if (left <= 0) return false;
      Atomics.wait(this.#words, this.#at, value, left);
    }
  }

  leave(): void {
    const before = Atomics.sub(this.#words, this.#at, 1);
    if (before < 0) Atomics.notify(this.#words, this.#at);
  }

  /**
   * Closes it and waits until nobody is inside: what comes later is wholly after, what was inside wholly before. False, and
   * open again, when that takes longer than `waitMs`.
   */
  async close(waitMs: number): Promise<boolean> {
    const deadline = performance.now() + waitMs;
    Atomics.or(this.#words, this.#at, CLOSED);
    for (;;) {
      const value = Atomics.load(this.#words, this.#at);
      if (value === CLOSED) return true;
      const left = deadline - performance.now();
      if (left <= 0) {
        this.open();
        return false;
      }
      const { value: woken } = Atomics.waitAsync(this.#words, this.#at, value, left);
      await woken;
    }
  }

  open(): void {
    Atomics.and(this.#words, this.#at, ~CLOSED);
    Atomics.notify(this.#words, this.#at);
  }

  get closed(): boolean {
    return Atomics.load(this.#words, this.#at) < 0;
  }
}

const CLOSED = 0x8000_0000 | 0;
