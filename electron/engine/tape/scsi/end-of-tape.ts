import type { TapePosition } from '../medium.ts';

/** What is known of where the data of a tape end. A drive says in which block; the offset has to be come by. */
export class EndOfTape {
  #block: number | null = null;
  #offset: number | null = null;
  /** A block near the end, and the bytes from there to the end. */
  #near: { readonly block: number; readonly bytes: number } | null = null;

  get block(): number | null {
    return this.#block;
  }

  get offset(): number | null {
    return this.#offset;
  }

  isAt({ block, offset }: TapePosition): void {
    this.#block = block;
    this.#offset = offset;
    this.#near = null;
  }

  /** The end is before a block of this number; its offset is not known yet. */
  isBehind(block: number): void {
    this.#block = block;
    this.#offset = block === 0 ? 0 : null;
    this.#near = { block, bytes: 0 };
  }

  isUnknown(): void {
    this.#block = null;
    this.#offset = null;
    this.#near = null;
  }

  /** An item of so many bytes was read backwards, and the tape stands before it. */
  wentBack(block: number, bytes: number): void {
    if (this.#near?.block === block + 1) this.#near = { block, bytes: this.#near.bytes + bytes };
  }

  /** The tape stands at a block; with its offset, that of the end may follow. */
  passes(block: number, offset: number): void {
    if (offset >= 0 && this.#near?.block === block) this.#offset = offset + this.#near.bytes;
  }
}
