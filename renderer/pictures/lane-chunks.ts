/** Chunks that a lane keeps one by one before the smallest are put together. */
const MOST = 4096;
/** Runs that are put together are not longer than this share of what was moved: about a pixel of a lane. */
const FINEST = 1 / 1000;

/** A chunk as it comes: index of its block set, payload bytes, 0 for data or 1 for metadata. */
export type Chunk = readonly [set: number, bytes: number, kind: 0 | 1];

/** What came of chunks that are no longer known one by one. */
export const UNKNOWN_SET = -1;

/**
 * The chunks of one tape in the order in which they lie, in memory of a fixed size. Where a chunk ends is settled when it comes and never
 * moves: headers, trailers and file marks lie between payloads, and chunks that come together share them. When there are too many, the
 * smallest neighbours become one run in the colour of the larger; so all of a long tape stays in the picture.
 */
export class LaneChunks {
  readonly #ends = new Float64Array(MOST);
  readonly #sets = new Int32Array(MOST);
  readonly #metadata = new Uint8Array(MOST);
  #count = 0;
  #merges = 0;

  /** Runs that are known, in order. */
  get count(): number {
    return this.#count;
  }

  /** Whether some lie in it of which only the length is known. */
  get knowsNotAll(): boolean {
    return this.#sets.subarray(0, this.#count).includes(UNKNOWN_SET);
  }

  /** Grows whenever runs were put together: places of runs are other ones then. */
  get merges(): number {
    return this.#merges;
  }

  /** Where the last run ends: bytes from where this job began on the tape. */
  get end(): number {
    return this.#count === 0 ? 0 : (this.#ends[this.#count - 1] as number);
  }

  endOf(run: number): number {
    return this.#ends[run] as number;
  }

  setOf(run: number): number {
    return this.#sets[run] as number;
  }

  isMetadata(run: number): boolean {
    return this.#metadata[run] === 1;
  }

  /** Adds chunks that lie between the end of the last one and `moved`. */
  add(chunks: readonly Chunk[], moved: number): void {
    const payload = chunks.reduce((sum, [, bytes]) => sum + bytes, 0);
    if (payload === 0) return;
    const begin = this.end;
    const stretch = Math.max(0, moved - begin) / payload;
    let bytes = 0;
    for (const [set, own, kind] of chunks) {
      bytes += own;
      this.#push(set, begin + bytes * stretch, kind);
    }
  }

  /** Adds what lies before the first chunk that is known. */
  addUnknown(bytes: number): void {
    if (bytes > 0) this.#push(UNKNOWN_SET, this.end + bytes, 0);
  }

  #push(set: number, end: number, metadata: 0 | 1): void {
    if (this.#count === MOST) this.#putTogether();
    this.#ends[this.#count] = end;
    this.#sets[this.#count] = set;
    this.#metadata[this.#count] = metadata;
    this.#count += 1;
  }

  #putTogether(): void {
    const finest = this.end * FINEST;
    let kept = 0;
    let begin = 0;
    let largest = 0;
    for (let run = 0; run < this.#count; run += 1) {
      const end = this.#ends[run] as number;
      const length = end - (run === 0 ? 0 : (this.#ends[run - 1] as number));
      if (run > 0 && end - begin <= finest) {
        kept -= 1;
        if (length > largest) this.#sets[kept] = this.#sets[run] as number;
        largest = Math.max(largest, length);
        this.#metadata[kept] = (this.#metadata[kept] as number) & (this.#metadata[run] as number);
      } else {
        begin = run === 0 ? 0 : (this.#ends[run - 1] as number);
        largest = length;
        this.#sets[kept] = this.#sets[run] as number;
        this.#metadata[kept] = this.#metadata[run] as number;
      }
      this.#ends[kept] = end;
      kept += 1;
    }
    this.#count = kept;
    this.#merges += 1;
  }
}
