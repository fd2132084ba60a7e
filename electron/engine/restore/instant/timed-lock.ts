const UNLOCKED = 0;
const LOCKED = 1;
const AWAITED = 2;

/**
 * A lock in shared memory that is not waited for without end: a thread that is ended by force may take it along. Source: the three-state
 * mutex of Drepper, "Futexes are tricky", section 5.
 */
export class TimedLock {
  readonly #words: Int32Array;
  readonly #at: number;

  constructor(words: Int32Array, at: number) {
    this.#words = words;
    this.#at = at;
  }

  /** False when it could not be had for `waitMs`. */
  take(waitMs: number): boolean {
    if (Atomics.compareExchange(this.#words, this.#at, UNLOCKED, LOCKED) === UNLOCKED) return true;
    const deadline = performance.now() + waitMs;
    while (Atomics.exchange(this.#words, this.#at, AWAITED) !== UNLOCKED) {
      const left = deadline - performance.now();
      if (left <= 0) return false;
      Atomics.wait(this.#words, this.#at, AWAITED, left);
    }
    return true;
  }

  release(): void {
    if (Atomics.exchange(this.#words, this.#at, UNLOCKED) === AWAITED) Atomics.notify(this.#words, this.#at, 1);
  }
}
