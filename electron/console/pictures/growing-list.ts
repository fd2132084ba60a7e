/** A list that only grows and of which the newest are kept: who saw so many of it gets the rest. */
export class GrowingList<Item> {
  readonly #most: number;
  #kept: Item[] = [];
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get count(): number {
    return this.#count;
  }

  add(item: Item): void {
    this.#kept.push(item);
    this.#count += 1;
    if (this.#kept.length >= this.#most * 2) this.#kept = this.#kept.slice(-this.#most);
  }

  /** What came after the first `seen`, as far as it is kept. */
  since(seen: number): Item[] {
    const fresh = Math.min(this.#count - seen, this.#most, this.#kept.length);
    return fresh <= 0 ? [] : this.#kept.slice(-fresh);
  }
}
