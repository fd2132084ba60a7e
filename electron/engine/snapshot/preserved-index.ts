import { SegmentLocks } from './segment-locks.ts';

/** Says which slot of the snapshot storage holds which segment, for which snapshots; shared by all threads of a volume. */
export interface SharedIndex {
  readonly slots: number;
  readonly words: SharedArrayBuffer;
}

const HEAD = 8;
const AT = { lock: 0, freeHead: 1, used: 2, unused: 3, peak: 4 };
const NONE = -1;
const SLOT_WORDS = 4;

export const createSharedIndex = (slots: number): SharedIndex => {
  const words = new SharedArrayBuffer(4 * (HEAD + slots * SLOT_WORDS + bucketsFor(slots)));
  const view = new Int32Array(words);
  view[AT.freeHead] = NONE;
  view.fill(NONE, HEAD + slots * SLOT_WORDS);
  return { slots, words };
};

/** A power of two. */
const bucketsFor = (slots: number): number => 2 ** Math.ceil(Math.log2(Math.max(2, slots)));

/** What one slot holds: the content of `segment` as the snapshots in `mask` saw it. */
export interface Preserved {
  readonly slot: number;
  readonly segment: number;
  readonly mask: number;
  /** CRC-32 of the content. */
  readonly crc: number;
}

/**
 * A hash table with chains over slots. A segment may lie in several slots, for different snapshots; a snapshot's bit is in one of
 * them at most. Slots never used are handed out in order, so that a storage file grows from its start.
 */
export class PreservedIndex {
  readonly slots: number;
  readonly #words: Int32Array;
  readonly #lock: SegmentLocks;
  readonly #firstBucket: number;
  readonly #bucketMask: number;

  constructor(shared: SharedIndex) {
    this.slots = shared.slots;
    this.#words = new Int32Array(shared.words);
    this.#lock = new SegmentLocks(this.#words, AT.lock, 1);
    this.#firstBucket = HEAD + shared.slots * SLOT_WORDS;
    this.#bucketMask = bucketsFor(shared.slots) - 1;
  }

  get used(): number {
    return Atomics.load(this.#words, AT.used);
  }

  get peak(): number {
    return Atomics.load(this.#words, AT.peak);
  }

  /** Takes a free slot, or gives null when the storage is full. */
  take(): number | null {
    return this.#locked(() => {
      let slot = this.#get(AT.freeHead);
      if (slot !== NONE) this.#set(AT.freeHead, this.#get(nextAt(slot)));
      else {
        slot = this.#get(AT.unused);
        if (slot === this.slots) return null;
        this.#set(AT.unused, slot + 1);
      }
      this.#countUsed(1);
      return slot;
    });
  }

  /** Gives back a slot that was taken and not yet put in. */
  giveBack(slot: number): void {
    this.#locked(() => this.#free(slot));
  }

  /** Puts a taken slot in: it holds the content of `segment` for the snapshots in `mask`. */
  put({ slot, segment, mask, crc }: Preserved): void {
    this.#locked(() => {
      const bucket = this.#bucket(segment);
      this.#set(segmentAt(slot), segment);
      this.#set(maskAt(slot), mask);
      this.#set(crcAt(slot), crc);
      this.#set(nextAt(slot), this.#get(bucket));
      this.#set(bucket, slot);
    });
  }

  /** Takes over a slot as a file tells it, when a volume is opened; slots have to come in ascending order and are skipped over otherwise. */
  restore(preserved: Preserved): void {
    this.#locked(() => {
      for (let slot = this.#get(AT.unused); slot < preserved.slot; slot += 1) {
        this.#countUsed(1);
        this.#free(slot);
      }
      this.#set(AT.unused, preserved.slot + 1);
      this.#countUsed(1);
    });
    this.put(preserved);
  }

  /** The slot that holds a segment for the snapshot of a place, or null. */
  find(segment: number, place: number): number | null {
    return this.#locked(() => {
      for (const slot of this.#chain(this.#bucket(segment))) {
        if (this.#get(segmentAt(slot)) === (segment | 0) && this.#get(maskAt(slot)) & (1 << place)) return slot;
      }
      return null;
    });
  }

  /** Every slot with the bit of a place, in no order. */
  of(place: number): Preserved[] {
    return this.#locked(() => {
      const found: Preserved[] = [];
      for (let bucket = 0; bucket <= this.#bucketMask; bucket += 1) {
        for (const slot of this.#chain(this.#firstBucket + bucket)) {
          const mask = this.#get(maskAt(slot));
          if (mask & (1 << place))
            found.push({ slot, segment: this.#get(segmentAt(slot)) >>> 0, mask, crc: this.crcOf(slot) });
        }
      }
      return found;
    });
  }

  /**
   * Takes the bit of a place off a slot and gives the mask that is left; with 0 the slot is out of the table, not yet free. Null when
   * the slot has no such bit any more.
   */
  drop(slot: number, place: number): number | null {
    return this.#locked(() => {
      if ((this.#get(maskAt(slot)) & (1 << place)) === 0) return null;
      const mask = this.#get(maskAt(slot)) & ~(1 << place);
      this.#set(maskAt(slot), mask);
      if (mask === 0) this.#unchain(slot);
      return mask;
    });
  }

  /** CRC-32 of what a slot holds. */
  crcOf(slot: number): number {
    return Atomics.load(this.#words, crcAt(slot)) >>> 0;
  }

  /** The snapshots that a slot serves. */
  maskOf(slot: number): number {
    return Atomics.load(this.#words, maskAt(slot));
  }

  /** Frees what only the snapshots in a mask need: they were lost. */
  reclaim(lost: number): void {
    this.#locked(() => {
      for (let bucket = 0; bucket <= this.#bucketMask; bucket += 1) {
        const slots = Array.from(this.#chain(this.#firstBucket + bucket));
        for (const slot of slots) {
          const mask = this.#get(maskAt(slot)) & ~lost;
          this.#set(maskAt(slot), mask);
          if (mask !== 0) continue;
          this.#unchain(slot);
          this.#free(slot);
        }
      }
    });
  }

  *#chain(bucket: number): Generator<number> {
    for (let slot = this.#get(bucket); slot !== NONE; slot = this.#get(nextAt(slot))) yield slot;
  }

  #unchain(slot: number): void {
    let at = this.#bucket(this.#get(segmentAt(slot)));
    while (this.#get(at) !== slot) {
      if (this.#get(at) === NONE) throw new RangeError(`slot ${slot} of the snapshot storage is in no chain`);
      at = nextAt(this.#get(at));
    }
    this.#set(at, this.#get(nextAt(slot)));
  }

  #free(slot: number): void {
    this.#set(nextAt(slot), this.#get(AT.freeHead));
    this.#set(AT.freeHead, slot);
    this.#countUsed(-1);
  }

  #countUsed(by: number): void {
    this.#set(AT.used, this.#get(AT.used) + by);
    this.#set(AT.peak, Math.max(this.#get(AT.peak), this.#get(AT.used)));
  }

  #get(at: number): number {
    return this.#words[at] as number;
  }

  #set(at: number, value: number): void {
    this.#words[at] = value;
  }

  #locked<Result>(act: () => Result): Result {
    this.#lock.lock(0);
    try {
      return act();
    } finally {
      this.#lock.unlock(0);
    }
  }

  /** Multiplicative hashing (Knuth, The Art of Computer Programming, volume 3, section 6.4). */
  #bucket(segment: number): number {
    return this.#firstBucket + ((Math.imul(segment, 0x9e37_79b1) >>> 7) & this.#bucketMask);
  }
}

const segmentAt = (slot: number): number => HEAD + slot * SLOT_WORDS;
const maskAt = (slot: number): number => HEAD + slot * SLOT_WORDS + 1;
const nextAt = (slot: number): number => HEAD + slot * SLOT_WORDS + 2;
const crcAt = (slot: number): number => HEAD + slot * SLOT_WORDS + 3;
