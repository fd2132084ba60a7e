/** Content that has a digest of its own starts at least so far from the next one, or it is not remembered. */
const BUCKET_BYTES = 4096;
const WORDS = 3;
const FREE = 0;
const TAKEN = -1;

/**
 * Which spans of a unit were compared with their digests: start, length and the first digits of the digest that it had. A span is looked up
 * by where it starts; two that start in one bucket are not both remembered.
 */
export class SpanNotes {
  readonly #words: Int32Array;
  readonly #at: number;
  readonly #count: number;

  constructor(words: Int32Array, at: number, unitBytes: number) {
    this.#words = words;
    this.#at = at;
    this.#count = SpanNotes.wordsFor(unitBytes);
  }

  static wordsFor(unitBytes: number): number {
    return Math.ceil(unitBytes / BUCKET_BYTES) * WORDS;
  }

  has(start: number, length: number, digest: number): boolean {
    const at = this.#bucket(start);
    return (
      Atomics.load(this.#words, at) === start + 1 &&
      this.#words[at + 1] === length &&
      this.#words[at + 2] === (digest | 0)
    );
  }

  add(start: number, length: number, digest: number): void {
    const at = this.#bucket(start);
    if (Atomics.compareExchange(this.#words, at, FREE, TAKEN) !== FREE) return;
    this.#words[at + 1] = length;
    this.#words[at + 2] = digest;
    Atomics.store(this.#words, at, start + 1);
  }

  /** Only while nobody else looks. */
  clear(): void {
    this.#words.fill(0, this.#at, this.#at + this.#count);
  }

  #bucket(start: number): number {
    return this.#at + Math.floor(start / BUCKET_BYTES) * WORDS;
  }
}
