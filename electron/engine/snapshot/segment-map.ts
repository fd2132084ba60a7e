/** A run of segments. */
export interface SegmentRun {
  readonly start: number;
  readonly count: number;
}

/**
 * A bitmap of segments in words of 32, which may lie in shared memory. Bit `s & 31` of word `s >>> 5` stands for segment
 * `s`; in a file the words are little-endian.
 */
export class SegmentMap {
  readonly segments: number;
  readonly words: Int32Array<ArrayBufferLike>;

  constructor(segments: number, words: Int32Array<ArrayBufferLike> = new Int32Array(wordsFor(segments))) {
    this.segments = segments;
    this.words = words;
  }

  has(segment: number): boolean {
    return (Atomics.load(this.words, segment >>> 5) & (1 << (segment & 31))) !== 0;
  }

  add(segment: number): void {
    Atomics.or(this.words, segment >>> 5, 1 << (segment & 31));
  }

  remove(segment: number): void {
    Atomics.and(this.words, segment >>> 5, ~(1 << (segment & 31)));
  }

  clear(): void {
    this.words.fill(0);
  }

  addAll(): void {
    this.words.fill(-1);
    const rest = this.segments & 31;
    if (rest !== 0) this.words[this.words.length - 1] = 2 ** rest - 1;
  }

  addRun(start: number, count: number): void {
    for (let segment = start; segment < start + count; ) {
      const mask = maskOf(segment, start + count - 1);
      Atomics.or(this.words, segment >>> 5, mask);
      segment = ((segment >>> 5) + 1) * 32;
    }
  }

  addMap(other: SegmentMap): void {
    this.#combine(other, (own, its) => own | its);
  }

  keepMap(other: SegmentMap): void {
    this.#combine(other, (own, its) => own & its);
  }

  removeMap(other: SegmentMap): void {
    this.#combine(other, (own, its) => own & ~its);
  }

  /** Adds to each segment the others of its group of `size`. */
  addGroups(size: number): void {
    const runs = Array.from(this.runs());
    for (const { start, count } of runs) {
      const first = Math.floor(start / size) * size;
      const end = Math.min(this.segments, Math.ceil((start + count) / size) * size);
      this.addRun(first, end - first);
    }
  }

  /** Keeps the segments of groups of `size` that are in it whole. */
  keepWholeGroups(size: number): void {
    const rest = new SegmentMap(this.segments);
    rest.addAll();
    rest.removeMap(this);
    rest.addGroups(size);
    this.removeMap(rest);
  }

  copy(): SegmentMap {
    return new SegmentMap(this.segments, new Int32Array(this.words));
  }

  count(): number {
    let total = 0;
    for (const word of this.words) if (word !== 0) total += bitsIn(word);
    return total;
  }

  /** How many segments from `from` on, and before `end`, are in the map. */
  countIn(from: number, end: number): number {
    let total = 0;
    for (let segment = from; segment < end; segment = ((segment >>> 5) + 1) * 32) {
      const word = this.words[segment >>> 5] as number;
      if (word !== 0) total += bitsIn(word & maskOf(segment, end - 1));
    }
    return total;
  }

  get empty(): boolean {
    return this.next(0, this.segments, true) === this.segments;
  }

  /** The first segment from `from` on, and before `end`, that is in the map (or is not); `end` when there is none. */
  next(from: number, end: number, present: boolean): number {
    for (let segment = from; segment < end; ) {
      const word = this.words[segment >>> 5] as number;
      const wanted = (present ? word : ~word) & (-1 << (segment & 31));
      if (wanted !== 0) return Math.min(end, (segment & ~31) + 31 - Math.clz32(wanted & -wanted));
      segment = ((segment >>> 5) + 1) * 32;
    }
    return end;
  }

  #combine(other: SegmentMap, of: (own: number, its: number) => number): void {
    // An iterator would take ten times as long, and this runs while writers wait.
    for (let word = 0; word < this.words.length; word += 1) {
      this.words[word] = of(this.words[word] as number, other.words[word] as number);
    }
  }

  /** The runs of segments in the map between two places, in order. */
  *runs(from = 0, end = this.segments): Generator<SegmentRun> {
    for (let start = this.next(from, end, true); start < end; ) {
      const stop = this.next(start, end, false);
      yield { start, count: stop - start };
      start = this.next(stop, end, true);
    }
  }
}

/** Words that hold so many segments. */
export const wordsFor = (segments: number): number => Math.ceil(segments / 32);

/** The bits of one word from `segment` to its end, but none after segment `last`. */
export const maskOf = (segment: number, last: number): number => {
  const from = -1 << (segment & 31);
  return segment >>> 5 === last >>> 5 ? from & (-1 >>> (31 - (last & 31))) : from;
};

const bitsIn = (word: number): number => {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const nibbles = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
};
