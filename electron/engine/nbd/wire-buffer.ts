/** Bytes with the address that system calls want; 0 where none are made. */
export interface Memory {
  readonly bytes: Buffer;
  readonly address: number;
}
export type Allocate = (length: number) => Memory;

/** Memory for who makes no system calls on it. */
export const plainMemory: Allocate = (length) => ({ bytes: Buffer.from(new ArrayBuffer(length)), address: 0 });

/**
 * Bytes on their way: written at the end, taken from the start. It grows when it has to and forgets what was taken, so a
 * message may always lie in one piece. `bytes` is another object after it grew.
 */
export class WireBuffer {
  start = 0;
  end = 0;
  readonly #allocate: Allocate;
  #memory: Memory;

  constructor(capacity: number, allocate: Allocate = plainMemory) {
    this.#allocate = allocate;
    this.#memory = allocate(capacity);
  }

  get bytes(): Buffer {
    return this.#memory.bytes;
  }

  get address(): number {
    return this.#memory.address;
  }

  get length(): number {
    return this.end - this.start;
  }

  /** Bytes that fit behind the end as it is. */
  get room(): number {
    return this.#memory.bytes.length - this.end;
  }

  /** Makes `length` bytes fit in one piece from the start on: moves what is there, or moves into a larger memory. */
  fit(length: number): void {
    if (this.start + length <= this.#memory.bytes.length) return;
    const kept = this.bytes.subarray(this.start, this.end);
    if (length > this.#memory.bytes.length) {
      const larger = this.#allocate(2 ** Math.ceil(Math.log2(length)));
      larger.bytes.set(kept, 0);
      this.#memory = larger;
    } else this.bytes.set(kept, 0);
    this.end -= this.start;
    this.start = 0;
  }

  /** Makes room for `length` more bytes and gives the place for them, which is part of the content from now on. */
  extend(length: number): number {
    this.fit(this.length + length);
    const at = this.end;
    this.end += length;
    return at;
  }

  take(length: number): void {
    this.start += length;
    if (this.start === this.end) this.clear();
  }

  clear(): void {
    this.start = 0;
    this.end = 0;
  }

  append(from: Uint8Array): void {
    const at = this.extend(from.length);
    this.bytes.set(from, at);
  }

  u16(value: number): void {
    const at = this.extend(2);
    this.bytes.writeUInt16BE(value, at);
  }

  u32(value: number): void {
    const at = this.extend(4);
    this.bytes.writeUInt32BE(value, at);
  }

  /** Any whole number of at least 0 that a number holds exactly. */
  u64(value: number): void {
    this.u32(Math.floor(value / 2 ** 32));
    this.u32(value % 2 ** 32);
  }

  magic([high, low]: readonly [number, number]): void {
    this.u32(high);
    this.u32(low);
  }
}
