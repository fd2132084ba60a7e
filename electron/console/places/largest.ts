import type { ByteString } from '../../../shared/byte-string.ts';

export interface Sized {
  readonly path: ByteString;
  readonly elements: number;
  readonly bytes: number;
}

const KEPT = 10;

/** The largest few of many, however many there are. */
export class Largest {
  #kept: Sized[] = [];
  #least = -1;

  offer(sized: Sized): void {
    if (this.#kept.length >= KEPT && sized.bytes <= this.#least) return;
    this.#kept.push(sized);
    if (this.#kept.length < KEPT * 2) return;
    this.#kept = this.list();
    this.#least = this.#kept.at(-1)?.bytes ?? -1;
  }

  /** Largest first. */
  list(): Sized[] {
    return this.#kept.toSorted((one, other) => other.bytes - one.bytes || other.elements - one.elements).slice(0, KEPT);
  }
}
