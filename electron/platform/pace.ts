/** What is counted against a limit: bytes that are read from what is protected, and bytes that go to the tapes of a vault or come from them. */
export const PACED = ['source', 'vault'] as const;
export type Paced = (typeof PACED)[number];

/** A limit of bytes per second, in shared memory, that all threads which have it keep together. */
export interface SharedPace {
  readonly words: SharedArrayBuffer;
}

/** Of each thing that is counted its limit. */
export type SharedPaces = Readonly<Record<Paced, SharedPace>>;

export const createPace = (): SharedPace => ({ words: new SharedArrayBuffer(3 * BigInt64Array.BYTES_PER_ELEMENT) });

/** When the next byte may move, nanoseconds of the monotonic clock. */
const FREE_AT = 0;
/** Bytes per second; 0: as fast as it goes. */
const RATE = 1;
/** Counts changes of the rate: whoever waits by an older one need not. */
const GENERATION = 2;

const SECOND_NS = 1_000_000_000n;

/** A place in the row of those who move bytes. */
export interface Turn {
  readonly at: bigint;
  readonly cost: bigint;
  readonly generation: bigint;
}

/**
 * One thread's view of a limit. Turns are given out as by the generic cell rate algorithm (ITU-T I.371) without a burst: whoever takes one puts off
 * the next by as long as its bytes take at the rate. Time in which nobody moved anything is not made up for.
 */
export class Pace {
  readonly #words: BigInt64Array;

  constructor(shared: SharedPace) {
    this.#words = new BigInt64Array(shared.words);
  }

  get limited(): boolean {
    return Atomics.load(this.#words, RATE) > 0n;
  }

  /** Bytes per second; null when there is no limit. */
  get rate(): number | null {
    const rate = Atomics.load(this.#words, RATE);
    return rate === 0n ? null : Number(rate);
  }

  /** Bytes per second, or null for no limit. Those who wait go on at once, and keep the new rate from their next turn on. */
  set(rate: number | null): void {
    const next = rate === null ? 0n : BigInt(Math.max(1, Math.round(rate)));
    if (Atomics.exchange(this.#words, RATE, next) === next) return;
    Atomics.store(this.#words, FREE_AT, 0n);
    Atomics.add(this.#words, GENERATION, 1n);
  }

  /** Takes the next turn, for `bytes`. */
  take(bytes: number): Turn {
    const generation = Atomics.load(this.#words, GENERATION);
    for (;;) {
      const rate = Atomics.load(this.#words, RATE);
      const now = process.hrtime.bigint();
      if (rate === 0n) return { at: now, cost: 0n, generation };
      const free = Atomics.load(this.#words, FREE_AT);
      let at = now;
      if (at < free) at = free;
      const cost = (BigInt(bytes) * SECOND_NS) / rate;
      if (Atomics.compareExchange(this.#words, FREE_AT, free, at + cost) === free) return { at, cost, generation };
    }
  }

  /** How long it is until a turn, milliseconds; 0 or less when it has come. */
  until({ at, generation }: Turn): number {
    if (Atomics.load(this.#words, GENERATION) !== generation) return 0;
    return Number(at - process.hrtime.bigint()) / 1e6;
  }

  /** Gives back a turn that is not used: those behind it need not wait for it. */
  giveBack({ cost, generation }: Turn): void {
    if (cost > 0n && Atomics.load(this.#words, GENERATION) === generation) Atomics.sub(this.#words, FREE_AT, cost);
  }
}
