import type { TapeChanger } from '../changer.ts';
import type { Element } from '../element-status.ts';
import { deviceFailed } from '../scsi-errors.ts';

/** A changer in memory: drives at 1 and 2, the robot at 500, an import/export element at 900, slots from 1000. It counts what it was told to move. */
export class MemoryChanger implements TapeChanger {
  readonly name = 'memory';
  readonly moves: (readonly [number, number])[] = [];
  #elements: Element[];

  constructor(barcodes: readonly (string | null)[]) {
    const empty = (type: Element['type'], address: number, barcode: string | null = null): Element => ({
      type,
      address,
      full: barcode !== null,
      barcode,
      source: null,
      exception: null,
    });
    this.#elements = [
      empty('drive', 1),
      empty('drive', 2),
      empty('transport', 500),
      empty('importExport', 900),
      ...barcodes.map((barcode, index) => empty('storage', 1000 + index, barcode)),
    ];
  }

  elements(): Element[] {
    return [...this.#elements];
  }

  move(from: number, to: number): void {
    this.moves.push([from, to]);
    const [source, target] = [from, to].map((wanted) => this.#elements.find(({ address }) => address === wanted));
    if (!source?.full || !target || target.full) throw deviceFailed(this.name, `it cannot move ${from} to ${to}`);
    const { barcode } = source;
    this.#elements = this.#elements.map((element) => {
      if (element === source) return { ...element, full: false, barcode: null, source: null };
      return element === target ? { ...element, full: true, barcode, source: source.source ?? from } : element;
    });
  }

  close(): void {}
}
