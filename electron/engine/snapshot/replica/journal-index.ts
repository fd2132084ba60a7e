/** Words of an entry: segment, slot, CRC-32 of the content. */
const WORDS = 3;
const ENTRY_BYTES = 4 * WORDS;
/** In place of a slot: the segment is zeroes. */
export const ZEROES = 0xffff_ffff;

/** The segments of a journal in ascending order, 12 bytes each; little-endian in the file. */
export class JournalIndex {
  #words: Uint32Array<ArrayBuffer>;
  #entries: number;

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.#entries = bytes.length / ENTRY_BYTES;
    this.#words = new Uint32Array(bytes.slice().buffer);
  }

  get entries(): number {
    return this.#entries;
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.#words.buffer, 0, this.#entries * ENTRY_BYTES);
  }

  add(segment: number, slot: number, crc: number): void {
    const at = this.#entries * WORDS;
    if (at === this.#words.length) {
      const grown = new Uint32Array(Math.max(1024 * WORDS, this.#words.length * 2));
      grown.set(this.#words);
      this.#words = grown;
    }
    this.#words.set([segment, slot, crc], at);
    this.#entries += 1;
  }

  segmentOf(entry: number): number {
    return this.#words[entry * WORDS] as number;
  }

  slotOf(entry: number): number {
    return this.#words[entry * WORDS + 1] as number;
  }

  crcOf(entry: number): number {
    return this.#words[entry * WORDS + 2] as number;
  }

  /** The first entry whose segment is not before `segment`; the number of entries when there is none. */
  from(segment: number): number {
    let [low, high] = [0, this.#entries];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.segmentOf(middle) < segment) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export const indexBytes = (entries: number): number => entries * ENTRY_BYTES;
