import { COUNTER_WORDS, type Counters, countersOf } from './counters.ts';

/** Memory that a server and its threads share: what each connection is doing, and what it is told. */
export interface BoardMemory {
  readonly words: SharedArrayBuffer;
  readonly counters: SharedArrayBuffer;
}

const WORD = { phase: 0, stop: 1, export: 2 } as const;
const WORDS = 4;
const PHASE = { free: 0, handshake: 1, transmission: 2 } as const;
const NO_EXPORT = 0;

export const boardMemory = (slots: number): BoardMemory => ({
  words: new SharedArrayBuffer(slots * WORDS * Int32Array.BYTES_PER_ELEMENT),
  counters: new SharedArrayBuffer(slots * COUNTER_WORDS * Float64Array.BYTES_PER_ELEMENT),
});

/** The slots of a board; each is one connection's while it lasts. */
export const slotsOf = (memory: BoardMemory): Slot[] => {
  const words = new Int32Array(memory.words);
  return Array.from({ length: words.length / WORDS }, (_, index) => new Slot(memory, index));
};

/**
 * One connection, seen from both sides. Exports have numbers from 1 on. Whoever takes an export away first tells the threads
 * and then looks for connections that have it; a connection first puts down which one it takes, and then looks whether it
 * is still there: one of the two always sees the other.
 */
export class Slot {
  readonly index: number;
  /** Words of `COUNTER`; written by the connection's thread alone. */
  readonly counters: Float64Array;
  readonly #words: Int32Array;

  constructor(memory: BoardMemory, index: number) {
    this.index = index;
    this.#words = new Int32Array(memory.words, index * WORDS * Int32Array.BYTES_PER_ELEMENT, WORDS);
    const at = index * COUNTER_WORDS * Float64Array.BYTES_PER_ELEMENT;
    this.counters = new Float64Array(memory.counters, at, COUNTER_WORDS);
  }

  get free(): boolean {
    return Atomics.load(this.#words, WORD.phase) === PHASE.free;
  }

  get transmitting(): boolean {
    return Atomics.load(this.#words, WORD.phase) === PHASE.transmission;
  }

  get stopping(): boolean {
    return Atomics.load(this.#words, WORD.stop) !== 0;
  }

  /** The number of the export that the connection has or is about to have; 0 is none. */
  get export(): number {
    return Atomics.load(this.#words, WORD.export);
  }

  get counted(): Counters {
    return countersOf(this.counters);
  }

  take(): void {
    this.counters.fill(0);
    Atomics.store(this.#words, WORD.stop, 0);
    Atomics.store(this.#words, WORD.export, NO_EXPORT);
    Atomics.store(this.#words, WORD.phase, PHASE.handshake);
  }

  hold(number: number | null): void {
    Atomics.store(this.#words, WORD.export, number ?? NO_EXPORT);
  }

  transmit(): void {
    Atomics.store(this.#words, WORD.phase, PHASE.transmission);
  }

  stop(): void {
    Atomics.store(this.#words, WORD.stop, 1);
  }

  release(): void {
    Atomics.store(this.#words, WORD.export, NO_EXPORT);
    Atomics.store(this.#words, WORD.phase, PHASE.free);
  }
}
