import { largeMemory } from '../../../platform/linux/memory-advice.ts';

/** A fixed number of pieces of shared memory for payloads on the way from readers to writers: bounds the memory. */
export class Slots {
  readonly #free: SharedArrayBuffer[] = [];
  readonly #waiting: ((slot: SharedArrayBuffer) => void)[] = [];
  readonly #bytes: number;
  #unmade: number;

  constructor(count: number, bytes: number) {
    this.#unmade = count;
    this.#bytes = bytes;
  }

  /** A slot, now or when one is given back. */
  async take(): Promise<SharedArrayBuffer> {
    const free = this.#free.pop();
    if (free) return free;
    if (this.#unmade > 0) {
      this.#unmade -= 1;
      return largeMemory(this.#bytes);
    }
    return await new Promise((resolve) => this.#waiting.push(resolve));
  }

  giveBack(slot: SharedArrayBuffer): void {
    const next = this.#waiting.shift();
    if (next) next(slot);
    else this.#free.push(slot);
  }
}
