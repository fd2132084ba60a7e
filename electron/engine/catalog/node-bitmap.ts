import { ByteReader } from '../blockset/byte-reader.ts';
import { ByteWriter } from '../blockset/byte-writer.ts';
import type { Store } from './store.ts';

const PART_BYTES = 65536;

/** A set of node ids: a bit each, up to the largest one. */
export class NodeBitmap {
  #bits = new Uint8Array(4096);

  add(node: number): void {
    const at = Math.floor(node / 8);
    if (at >= this.#bits.length) {
      const grown = new Uint8Array(Math.max(at + 1, this.#bits.length * 2));
      grown.set(this.#bits);
      this.#bits = grown;
    }
    this.#bits[at] = (this.#bits[at] as number) | (1 << (node % 8));
  }

  has(node: number): boolean {
    return ((this.#bits[Math.floor(node / 8)] ?? 0) & (1 << (node % 8))) !== 0;
  }

  /** The ids in ascending order. */
  *[Symbol.iterator](): Generator<number> {
    for (let at = 0; at < this.#bits.length; at += 1) {
      const bits = this.#bits[at] as number;
      if (bits === 0) continue;
      for (let bit = 0; bit < 8; bit += 1) if (bits & (1 << bit)) yield at * 8 + bit;
    }
  }
}

/** Records which nodes got a version in a set, in ascending order, as delta varints. */
export const writeTouched = (store: Store, ordinal: number, nodes: NodeBitmap): void => {
  const out = new ByteWriter(PART_BYTES);
  let part = 0;
  let last = 0;
  const flush = (): void => {
    store.run('INSERT INTO touched VALUES (?, ?, ?)', ordinal, part, out.view());
    out.reset();
    part += 1;
    last = 0;
  };
  for (const node of nodes) {
    out.varint(node - last);
    last = node;
    if (out.length >= PART_BYTES - 8) flush();
  }
  if (out.length > 0) flush();
};

/** Adds the nodes that got a version in the set with this ordinal. */
export const addTouched = (store: Store, ordinal: number, nodes: NodeBitmap): void => {
  for (const [body] of store.each<[Uint8Array]>('SELECT nodes FROM touched WHERE ordinal = ? ORDER BY part', ordinal)) {
    const input = new ByteReader(body);
    let node = 0;
    while (input.remaining > 0) {
      node += input.varint();
      nodes.add(node);
    }
  }
};
