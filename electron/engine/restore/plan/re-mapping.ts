import type { StoredExtent } from '../../../../shared/model/element.ts';
import { ByteWriter } from '../../blockset/byte-writer.ts';
import { writePiece } from './piece-codec.ts';
import type { PlanStore } from './plan-store.ts';

/** Extents that one piece holds at most, so that a reader of the plan never needs much memory for one. */
const PIECE_EXTENTS = 2048;

/** The pieces of an element: nothing, one that its own row bears, or several rows. */
export interface MappedContent {
  readonly pieces: number;
  readonly chunk: number | null;
  readonly unit: number | null;
  readonly extents: Uint8Array | null;
  readonly bytes: number;
}

interface WaitingPiece {
  readonly chunk: number;
  readonly unit: number;
  readonly bytes: Uint8Array;
}

/** The re-mapping table as it grows: sorts the extents of one element after the other by the chunk they lie in. */
export class ReMapping {
  readonly #store: PlanStore;
  readonly #out = new ByteWriter();
  #element = 0;
  #run: StoredExtent[] = [];
  #first: WaitingPiece | null = null;
  #pieces = 0;
  #bytes = 0;
  #chunkKey = '';
  #chunkId = 0;
  #chunkBytes = 0;
  /** What the element at hand has added to chunks, in case it is taken back. */
  #counted: { readonly chunk: number; readonly bytes: number }[] | null = null;
  #firstRow: number | bigint | null = null;

  constructor(store: PlanStore) {
    this.#store = store;
  }

  /** From here on extents are those of this element. `revocable`: they may be taken back. */
  begin(element: number, revocable = false): void {
    this.#counted = revocable ? [] : null;
    this.#firstRow = null;
    this.#element = element;
    this.#run = [];
    this.#first = null;
    this.#pieces = 0;
    this.#bytes = 0;
  }

  add(extents: readonly StoredExtent[]): void {
    for (const extent of extents) {
      const [last] = this.#run;
      const fits =
        last === undefined ||
        (last.chunk === extent.chunk && last.set === extent.set && this.#run.length < PIECE_EXTENTS);
      if (!fits) this.#endRun();
      this.#run.push(extent);
    }
  }

  /** What the element's row says of its content. */
  end(): MappedContent {
    this.#endRun();
    if (this.#pieces !== 1 || this.#first === null)
      return { pieces: this.#pieces, chunk: null, unit: null, extents: null, bytes: this.#bytes };
    const { chunk, unit, bytes } = this.#first;
    return { pieces: 1, chunk, unit, extents: bytes, bytes: this.#bytes };
  }

  /** Takes back all extents of the element at hand, which must be revocable. */
  takeBack(): void {
    this.#endRun();
    this.settle();
    const update = this.#store.statement('UPDATE chunk SET bytes = bytes - ? WHERE id = ?');
    for (const { chunk, bytes } of this.#counted ?? []) update.run(bytes, chunk);
    if (this.#firstRow !== null) this.#store.statement('DELETE FROM piece WHERE rowid >= ?').run(this.#firstRow);
    this.begin(this.#element);
  }

  #endRun(): void {
    const [first] = this.#run;
    if (first === undefined) return;
    this.#out.reset();
    writePiece(this.#out, this.#run);
    let length = 0;
    let unit = first.unit;
    for (const extent of this.#run) {
      length += extent.length;
      unit = Math.min(unit, extent.unit);
    }
    const chunk = this.#chunk(first.set, first.chunk, length);
    this.#counted?.push({ chunk, bytes: length });
    this.#put({ chunk, unit, bytes: Buffer.from(this.#out.view()) });
    this.#bytes += length;
    this.#run = [];
  }

  /** The first piece waits: when it stays the only one, it goes into the element's own row. */
  #put(piece: WaitingPiece): void {
    this.#pieces += 1;
    if (this.#pieces === 1) {
      this.#first = piece;
      return;
    }
    if (this.#first) this.#insert(this.#first);
    this.#first = null;
    this.#insert(piece);
  }

  #insert({ chunk, unit, bytes }: WaitingPiece): void {
    const insert = this.#store.statement('INSERT INTO piece VALUES (?, ?, ?, ?)');
    const { lastInsertRowid } = insert.run(this.#element, chunk, unit, bytes);
    this.#firstRow ??= lastInsertRowid;
  }

  /** The number of a chunk in the plan; its wanted bytes are counted when another chunk follows. */
  #chunk(set: string, sequence: number, bytes: number): number {
    const key = `${set}${sequence}`;
    if (key !== this.#chunkKey) {
      this.settle();
      const insert = 'INSERT INTO chunk(set_id, sequence) VALUES (?, ?) ON CONFLICT DO NOTHING';
      this.#store.statement(insert).run(set, sequence);
      const select = 'SELECT id FROM chunk WHERE set_id = ? AND sequence = ?';
      this.#chunkId = Number(this.#store.statement(select).get(set, sequence)?.id);
      this.#chunkKey = key;
    }
    this.#chunkBytes += bytes;
    return this.#chunkId;
  }

  /** Ends the table, once all elements are in: chunks of which nothing is wanted any more go. */
  finish(): void {
    this.settle();
    this.#store.statement('DELETE FROM chunk WHERE bytes = 0').run();
  }

  /** Writes down what is counted of the chunk at hand. */
  settle(): void {
    if (this.#chunkBytes > 0)
      this.#store.statement('UPDATE chunk SET bytes = bytes + ? WHERE id = ?').run(this.#chunkBytes, this.#chunkId);
    this.#chunkBytes = 0;
  }
}
