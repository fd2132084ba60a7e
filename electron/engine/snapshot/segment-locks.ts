const UNLOCKED = 0;
const LOCKED = 1;
const AWAITED = 2;

/**
 * Locks in shared memory, each for many segments. A thread holds one at a time. Source: the three-state mutex of Drepper,
 * "Futexes are tricky", section 5.
 */
export class SegmentLocks {
  readonly #words: Int32Array;
  readonly #at: number;
  readonly #count: number;

  /** `count`: a power of two of words from `at` on. */
  constructor(words: Int32Array, at: number, count: number) {
    this.#words = words;
    this.#at = at;
    this.#count = count;
  }

  lock(key: number): void {
    const at = this.#place(key);
    if (Atomics.compareExchange(this.#words, at, UNLOCKED, LOCKED) === UNLOCKED) return;
    while (Atomics.exchange(this.#words, at, AWAITED) !== UNLOCKED) Atomics.wait(this.#words, at, AWAITED);
  }

  unlock(key: number): void {
    const at = this.#place(key);
    if (Atomics.exchange(this.#words, at, UNLOCKED) === AWAITED) Atomics.notify(this.#words, at, 1);
  }

  #place(key: number): number {
    return this.#at + (key & (this.#count - 1));
  }
}
