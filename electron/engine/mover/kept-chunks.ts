import { SLOT_BYTES, type SlotContent, type Staging } from './staging.ts';

interface KeptChunk {
  readonly content: SlotContent;
  /** Where it lies in the memory, and how long it is. */
  readonly at: number;
  readonly length: number;
}

/** Nobody's: what a job leaves in staging is swept, and this is not to be while it is filled. */
const NO_JOB = 0;

/** What was written to a tape and is not durable there: kept, so that another tape gets it when this one, or its drive, fails. */
export class KeptChunks {
  readonly #bytes: number;
  #memory: Buffer | null = null;
  #used = 0;
  #chunks: KeptChunk[] = [];

  /** `flushBytes`: the tape is flushed at the latest behind the chunk with which there are so many bytes. */
  constructor(flushBytes: number) {
    this.#bytes = flushBytes + SLOT_BYTES;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  keep(content: SlotContent, slot: Buffer): void {
    const length = content.dataBytes + content.indexBytes;
    this.#memory ??= Buffer.allocUnsafeSlow(this.#bytes);
    this.#memory.set(slot.subarray(0, length), this.#used);
    this.#chunks.push({ content, at: this.#used, length });
    this.#used += length;
  }

  /** All is durable. */
  clear(): void {
    this.#chunks = [];
    this.#used = 0;
  }

  /** The same, and the memory goes. */
  release(): void {
    this.clear();
    this.#memory = null;
  }

  /**
   * Puts the oldest one back into staging, as soon as there is room, unless its job is over; gives whether there was one and it went. `to`: the drive that has what
   * was meant for the one that failed alone; null where it is the same.
   */
  handBack(staging: Staging, to: number | null, isOver: (job: number) => boolean): boolean {
    const [next] = this.#chunks;
    if (next === undefined || this.#memory === null) return false;
    const { content, at, length } = next;
    if (!isOver(content.job)) {
      const slot = staging.tryAcquire(NO_JOB);
      if (slot === null) return false;
      staging.memory(slot).set(this.#memory.subarray(at, at + length));
      staging.publish(slot, { ...content, drive: content.drive === null ? null : (to ?? content.drive) });
    }
    this.#chunks.shift();
    if (this.isEmpty) this.release();
    return true;
  }
}
