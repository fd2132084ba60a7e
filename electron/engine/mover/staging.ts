import { discardMemory, largeMemory } from '../../platform/linux/memory-advice.ts';

/**
 * Staging: the internal store between front ends and back ends. A fixed number of slots in shared memory; each holds one
 * accumulation of one block set and has one owner at a time: free → filling (a front end) → ready → draining (a back
 * end) → free. Memory is bounded by the number of slots, and slots with low numbers are used first, so that memory which
 * is not needed is never touched.
 */
const FREE = 0;
const FILLING = 1;
const READY = 2;
const DRAINING = 3;
const STATES = 4;

/** State and owner in one word, so that a slot changes hands with both or not at all. */
const wordOf = (job: number, state: number): number => job * STATES + state;

/** Hand-over: an accumulation goes to a back end when it holds this many bytes. */
export const HAND_OVER_BYTES = 10_000_000;
/** A slot holds a full accumulation, the unit that overflowed it, and its index. */
export const SLOT_BYTES = 16 * 1024 * 1024;

/** A drive takes a chunk out of another's turn when that one lags by so many chunks. */
const LAG = 3;

const WORDS = 16;
const CHANGES = 0;
const TICKET = 1;
/** And the word behind it: a bit for each of 64 drives. */
const AWAY = 2;
const HEAD_WORDS = 16;
/** Of a slot: whether who fills it keeps to a limit. */
const LIMITED = 14;
/** Slots that jobs without a limit can always have: one for each front end of one of them, and one that drains. */
const OTHERS = 3;

/** What a front end says of the accumulation it hands over. */
export interface SlotContent {
  /** Number of the job in its session. */
  readonly job: number;
  readonly kind: 'data' | 'metadata';
  /** Sequence of the chunk within its set. */
  readonly sequence: number;
  readonly unitCount: number;
  readonly part: number;
  readonly lastPart: boolean;
  /** The slot holds `dataBytes` of units and behind them `indexBytes` of the index unit, which goes to tape first. */
  readonly dataBytes: number;
  readonly indexBytes: number;
  readonly plainBytes: number;
  /** Number of content segments and pieces in it, for progress. */
  readonly pieces: number;
  /** The one drive that may take it, or null when any of the job's may. */
  readonly drive: number | null;
  /** Drives that the job writes to in parallel: numbers 0 to streams - 1. */
  readonly streams: number;
}

export interface SharedStaging {
  readonly words: SharedArrayBuffer;
  readonly bytes: SharedArrayBuffer;
  readonly slots: number;
}

/** New staging of `slots` slots; pass it to workers as it is. */
export const createStaging = (slots: number): SharedStaging => ({
  words: new SharedArrayBuffer(4 * (HEAD_WORDS + slots * WORDS)),
  bytes: largeMemory(slots * SLOT_BYTES),
  slots,
});

/** One thread's view of the staging. */
export class Staging {
  readonly #words: Int32Array;
  readonly #bytes: SharedArrayBuffer;
  readonly #slots: number;

  constructor(shared: SharedStaging) {
    this.#words = new Int32Array(shared.words);
    this.#bytes = shared.bytes;
    this.#slots = shared.slots;
  }

  /** The memory of a slot. Only its owner may touch it. */
  memory(slot: number): Buffer {
    return Buffer.from(this.#bytes, slot * SLOT_BYTES, SLOT_BYTES);
  }

  /**
   * Free → filling, for a job: the number of the slot, or null when there is none. Jobs that keep to a limit wait for it with slots in their
   * hands: together they get no more than leaves others enough to go on.
   */
  tryAcquire(job: number, limited = false): number | null {
    if (limited && this.#filledSlowly() >= Math.max(1, this.#slots - OTHERS)) return null;
    for (let slot = 0; slot < this.#slots; slot += 1) {
      if (Atomics.compareExchange(this.#words, this.#at(slot), FREE, wordOf(job, FILLING)) !== FREE) continue;
      Atomics.store(this.#words, this.#at(slot) + LIMITED, limited ? 1 : 0);
      return slot;
    }
    return null;
  }

  /** Filling → ready. */
  publish(slot: number, content: SlotContent): void {
    const at = this.#at(slot);
    const fields = [
      Atomics.add(this.#words, TICKET, 1),
      content.job,
      content.kind === 'data' ? 1 : 2,
      content.sequence,
      content.unitCount,
      content.part,
      content.lastPart ? 1 : 0,
      content.dataBytes,
      content.indexBytes,
      content.plainBytes,
      content.pieces,
      content.drive ?? -1,
      content.streams,
    ];
    for (const [offset, value] of fields.entries()) this.#words[at + 1 + offset] = value;
    this.#change(at, wordOf(content.job, READY));
  }

  /** Ready → draining for the drive: the accumulation that has waited longest, or null when none waits for it. */
  tryTake(drive: number): { slot: number; content: SlotContent } | null {
    for (;;) {
      const ready = this.#oldestReady(drive);
      if (ready === null) return null;
      const { slot, word } = ready;
      if (Atomics.compareExchange(this.#words, this.#at(slot), word, word - READY + DRAINING) === word)
        return { slot, content: this.#content(slot) };
    }
  }

  /** Whether the drive takes its turn; while it is away the others take it. */
  setAway(drive: number, away: boolean): void {
    if (away) Atomics.or(this.#words, AWAY + (drive >>> 5), 1 << drive);
    else Atomics.and(this.#words, AWAY + (drive >>> 5), ~(1 << drive));
    this.wake();
  }

  /** Draining → ready again, for the named drive: this one has no tape for it. */
  yield(slot: number, drive: number): void {
    const at = this.#at(slot);
    this.#words[at + 12] = drive;
    this.#change(at, Atomics.load(this.#words, at) - DRAINING + READY);
  }

  /** Filling or draining → free. */
  release(slot: number): void {
    this.#change(this.#at(slot), FREE);
  }

  /** Frees what a job left filling or ready. Only when its front ends are gone. */
  sweep(job: number): void {
    for (let slot = 0; slot < this.#slots; slot += 1) {
      const at = this.#at(slot);
      for (const state of [FILLING, READY]) {
        const word = wordOf(job, state);
        if (Atomics.compareExchange(this.#words, at, word, FREE) === word) this.wake();
      }
    }
  }

  /** Gives the memory of slots that are free back to the system; they are as good as before, and cost a first touch again. */
  giveBack(): void {
    const ours = wordOf(0, FILLING);
    for (let slot = 0; slot < this.#slots; slot += 1) {
      const at = this.#at(slot);
      if (Atomics.compareExchange(this.#words, at, FREE, ours) !== FREE) continue;
      discardMemory(this.memory(slot));
      this.#change(at, FREE);
    }
  }

  /** Resolves at the next change of any slot after `seen` (from `changes`), or after the time limit. */
  async changed(seen: number, limitMs: number): Promise<void> {
    const outcome = Atomics.waitAsync(this.#words, CHANGES, seen, limitMs);
    if (outcome.async) await outcome.value;
  }

  /** Take this before looking, and pass it to `changed` when there was nothing to see. */
  changes(): number {
    return Atomics.load(this.#words, CHANGES);
  }

  /** Wakes every thread that waits in `changed`. */
  wake(): void {
    Atomics.add(this.#words, CHANGES, 1);
    Atomics.notify(this.#words, CHANGES);
  }

  /** Slots in each state, for the gauge. */
  gauge(): { free: number; filling: number; ready: number; draining: number } {
    const counts = [0, 0, 0, 0];
    for (let slot = 0; slot < this.#slots; slot += 1) {
      const state = Atomics.load(this.#words, this.#at(slot)) % STATES;
      counts[state] = (counts[state] as number) + 1;
    }
    return {
      free: counts[FREE] as number,
      filling: counts[FILLING] as number,
      ready: counts[READY] as number,
      draining: counts[DRAINING] as number,
    };
  }

  /** Slots that jobs fill which keep to a limit. */
  #filledSlowly(): number {
    let count = 0;
    for (let slot = 0; slot < this.#slots; slot += 1) {
      const at = this.#at(slot);
      if (Atomics.load(this.#words, at) % STATES === FILLING) count += Atomics.load(this.#words, at + LIMITED);
    }
    return count;
  }

  #at(slot: number): number {
    return HEAD_WORDS + slot * WORDS;
  }

  #change(at: number, word: number): void {
    Atomics.store(this.#words, at, word);
    this.wake();
  }

  #oldestReady(drive: number): { slot: number; word: number } | null {
    let oldest: { slot: number; word: number } | null = null;
    let ticket = 0;
    for (let slot = 0; slot < this.#slots; slot += 1) {
      const at = this.#at(slot);
      const word = Atomics.load(this.#words, at);
      if (word % STATES !== READY) continue;
      const age = this.#words[at + 1] as number;
      // Tickets wrap around at 2^32: compare by difference.
      if (this.#mayTake(at, drive) && (oldest === null || ((age - ticket) | 0) < 0)) {
        oldest = { slot, word };
        ticket = age;
      }
    }
    return oldest;
  }

  /** Chunks of a set go to its drives in turn, unless a drive lags behind. */
  #mayTake(at: number, drive: number): boolean {
    const wanted = this.#words[at + 12] as number;
    if (wanted !== -1) return wanted === drive || this.#isAway(wanted);
    const streams = this.#words[at + 13] as number;
    if (drive >= streams && !this.#areAway(streams)) return false;
    const lag = (Atomics.load(this.#words, TICKET) - (this.#words[at + 1] as number)) | 0;
    const turn = (this.#words[at + 4] as number) % streams;
    return turn === drive || lag > LAG || this.#isAway(turn);
  }

  /** Whether none of the first drives takes its turn. */
  #areAway(drives: number): boolean {
    for (let drive = 0; drive < drives; drive += 1) if (!this.#isAway(drive)) return false;
    return true;
  }

  #isAway(drive: number): boolean {
    return (Atomics.load(this.#words, AWAY + (drive >>> 5)) & (1 << drive)) !== 0;
  }

  #content(slot: number): SlotContent {
    const word = (offset: number): number => this.#words[this.#at(slot) + 1 + offset] as number;
    return {
      job: word(1),
      kind: word(2) === 1 ? 'data' : 'metadata',
      sequence: word(3),
      unitCount: word(4),
      part: word(5),
      lastPart: word(6) === 1,
      dataBytes: word(7),
      indexBytes: word(8),
      plainBytes: word(9),
      pieces: word(10),
      drive: word(11) === -1 ? null : word(11),
      streams: word(12),
    };
  }
}
