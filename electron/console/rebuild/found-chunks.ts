import { NodeBitmap } from '../../engine/catalog/node-bitmap.ts';

/** The chunks that were seen on tapes, a bit each: what a catalog had noted before proves nothing of the tapes. */
export class FoundChunks {
  readonly #bySet = new Map<string, NodeBitmap>();

  add({ set, sequence }: { readonly set: string; readonly sequence: number }): void {
    const known = this.#bySet.get(set) ?? new NodeBitmap();
    known.add(sequence);
    this.#bySet.set(set, known);
  }

  has(set: string, sequence: number): boolean {
    return this.#bySet.get(set)?.has(sequence) ?? false;
  }
}
