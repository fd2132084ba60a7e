import type { Codec } from '../blockset/unit.ts';

/** Units that did not shrink before compression is left out, and units that go without it then. */
const STUBBORN = 2;
const PASSED_OVER = 3;

/**
 * Leaves out compression while it is in vain: content that is compressed or encrypted already comes in long runs, and
 * trying costs as much as succeeding. Every few units it is tried again.
 */
export class CodecChoice {
  readonly #codec: Codec;
  #stubborn = 0;
  #passOver = 0;

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  /** The codec to try on the next unit. */
  next(): Codec {
    if (this.#passOver === 0) return this.#codec;
    this.#passOver -= 1;
    return 'none';
  }

  /** Says whether the unit shrank under the codec that `next` gave. */
  note(tried: Codec, shrank: boolean): void {
    if (tried === 'none') return;
    this.#stubborn = shrank ? 0 : this.#stubborn + 1;
    if (this.#stubborn >= STUBBORN) this.#passOver = PASSED_OVER;
  }
}
