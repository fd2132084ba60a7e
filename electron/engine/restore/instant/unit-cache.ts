import { largeMemory } from '../../../platform/linux/memory-advice.ts';
import { SpanNotes } from './span-notes.ts';
import { TimedLock } from './timed-lock.ts';

/** Shared memory in which decoded units are kept, for all threads that serve one set. */
export interface UnitCacheMemory {
  readonly words: SharedArrayBuffer;
  readonly content: SharedArrayBuffer;
  readonly slotBytes: number;
}

/** Which unit: words of the set's id, the chunk's sequence number and its own number. */
export type UnitKey = Int32Array;
export const KEY_WORDS = 6;

export interface CachedUnit {
  readonly plain: Uint8Array;
  /** Which spans of it were compared with their digests; null when nothing is remembered of it. */
  readonly notes: SpanNotes | null;
}

const WORD = { state: 0, pins: 1, used: 2, length: 3, key: 4, notes: 10 } as const;
const LOCK = 0;
const CLOCK = 1;
const HEAD_WORDS = 4;
const STATE = { empty: 0, loading: 1, ready: 2 } as const;
const LOCK_MS = 1000;
const LOAD_MS = 10_000;

const slotWords = (slotBytes: number): number => WORD.notes + SpanNotes.wordsFor(slotBytes);

/** `slots` units of up to `slotBytes` each. */
export const unitCacheMemory = (slots: number, slotBytes: number): UnitCacheMemory => ({
  words: new SharedArrayBuffer((HEAD_WORDS + slots * slotWords(slotBytes)) * Int32Array.BYTES_PER_ELEMENT),
  content: largeMemory(slots * slotBytes),
  slotBytes,
});

/**
 * Units that were decoded, the least recently used go first. A unit that one thread decodes is waited for by the others that want it.
 * Nothing depends on it: where it cannot be used (all slots taken, a thread died with the lock), units are decoded anew.
 */
export class UnitCache {
  readonly #words: Int32Array;
  readonly #content: Uint8Array;
  readonly #waitMs: number;
  readonly #slotBytes: number;
  readonly #slotWords: number;
  readonly #slots: number;
  readonly #lock: TimedLock;
  readonly #notes: readonly SpanNotes[];

  /** `waitMs`: how long a unit that another thread loads is waited for. */
  constructor({ words, content, slotBytes }: UnitCacheMemory, waitMs = LOAD_MS) {
    this.#waitMs = waitMs;
    this.#words = new Int32Array(words);
    this.#content = new Uint8Array(content);
    this.#slotBytes = slotBytes;
    this.#slotWords = slotWords(slotBytes);
    this.#slots = content.byteLength / slotBytes;
    this.#lock = new TimedLock(this.#words, LOCK);
    this.#notes = Array.from(
      { length: this.#slots },
      (_, slot) => new SpanNotes(this.#words, this.#at(slot, WORD.notes), slotBytes),
    );
  }

  /** Hands a unit to `use`, which must not keep it; `make` decodes it when it is not there, and what it throws is thrown. */
  with(key: UnitKey, make: () => Uint8Array, use: (unit: CachedUnit) => void): void {
    const claimed = this.#claim(key);
    if (claimed === null) use({ plain: make(), notes: null });
    else if (claimed.ready) this.#use(claimed.slot, use);
    else this.#load(claimed.slot, make, use);
  }

  #use(slot: number, use: (unit: CachedUnit) => void): void {
    try {
      const start = slot * this.#slotBytes;
      const length = this.#words[this.#at(slot, WORD.length)] as number;
      use({ plain: this.#content.subarray(start, start + length), notes: this.#notes[slot] as SpanNotes });
    } finally {
      Atomics.sub(this.#words, this.#at(slot, WORD.pins), 1);
    }
  }

  #load(slot: number, make: () => Uint8Array, use: (unit: CachedUnit) => void): void {
    let plain: Uint8Array | null = null;
    try {
      plain = make();
    } finally {
      if (plain === null || plain.length > this.#slotBytes) this.#settle(slot, STATE.empty);
    }
    if (plain.length > this.#slotBytes) {
      use({ plain, notes: null });
      return;
    }
    this.#content.set(plain, slot * this.#slotBytes);
    this.#words[this.#at(slot, WORD.length)] = plain.length;
    this.#settle(slot, STATE.ready);
    this.#use(slot, use);
  }

  /** Ends the loading of a slot and wakes those that wait for it; a slot without content is given back. */
  #settle(slot: number, state: number): void {
    Atomics.store(this.#words, this.#at(slot, WORD.state), state);
    Atomics.notify(this.#words, this.#at(slot, WORD.state));
    if (state === STATE.empty) Atomics.sub(this.#words, this.#at(slot, WORD.pins), 1);
  }

  /** A slot that is held for the caller: with the unit, or for it to be loaded. Null: there is none to be had. */
  #claim(key: UnitKey): { readonly slot: number; readonly ready: boolean } | null {
    const deadline = performance.now() + this.#waitMs;
    for (;;) {
      if (!this.#lock.take(LOCK_MS)) return null;
      let loading: number;
      try {
        const found = this.#find(key);
        if (found === null) return this.#takeOldest(key);
        if (Atomics.load(this.#words, this.#at(found, WORD.state)) === STATE.ready) return this.#hold(found, true);
        loading = found;
      } finally {
        this.#lock.release();
      }
      const left = deadline - performance.now();
      if (left <= 0) {
        // Whoever loads it is gone, or waits for a disk: the slot stays theirs, and nobody waits for it any more.
        Atomics.compareExchange(this.#words, this.#at(loading, WORD.state), STATE.loading, STATE.empty);
        return null;
      }
      Atomics.wait(this.#words, this.#at(loading, WORD.state), STATE.loading, left);
    }
  }

  #find(key: UnitKey): number | null {
    for (let slot = 0; slot < this.#slots; slot += 1) {
      const at = this.#at(slot, WORD.key);
      let same = Atomics.load(this.#words, this.#at(slot, WORD.state)) !== STATE.empty;
      for (let word = KEY_WORDS - 1; same && word >= 0; word -= 1) same = this.#words[at + word] === key[word];
      if (same) return slot;
    }
    return null;
  }

  #takeOldest(key: UnitKey): { readonly slot: number; readonly ready: boolean } | null {
    let oldest = -1;
    let age = -1;
    const now = this.#words[CLOCK] as number;
    for (let slot = 0; slot < this.#slots; slot += 1) {
      if (Atomics.load(this.#words, this.#at(slot, WORD.pins)) !== 0) continue;
      const empty = Atomics.load(this.#words, this.#at(slot, WORD.state)) === STATE.empty;
      const unused = empty ? 2 ** 32 : (now - (this.#words[this.#at(slot, WORD.used)] as number)) >>> 0;
      if (unused > age) [oldest, age] = [slot, unused];
    }
    if (oldest < 0) return null;
    this.#words.set(key, this.#at(oldest, WORD.key));
    this.#notes[oldest]?.clear();
    Atomics.store(this.#words, this.#at(oldest, WORD.state), STATE.loading);
    return this.#hold(oldest, false);
  }

  #hold(slot: number, ready: boolean): { readonly slot: number; readonly ready: boolean } {
    this.#words[CLOCK] = ((this.#words[CLOCK] as number) + 1) | 0;
    this.#words[this.#at(slot, WORD.used)] = this.#words[CLOCK] as number;
    Atomics.add(this.#words, this.#at(slot, WORD.pins), 1);
    return { slot, ready };
  }

  #at(slot: number, word: number): number {
    return HEAD_WORDS + slot * this.#slotWords + word;
  }
}
