import type { StoredExtent } from '../../../shared/model/element.ts';
import { ByteReader } from '../../engine/blockset/byte-reader.ts';
import { readAttributes } from '../../engine/blockset/element-codec.ts';
import { writeElement, writeElementPart } from '../../engine/blockset/records.ts';
import type { Accumulator } from '../../engine/mover/accumulator.ts';
import type { AttributeSpool } from './attribute-spool.ts';

/** A chunk whose index would grow beyond this is ended: trees of tiny files must not grow it without bound. */
const LIMIT_BYTES = 3 * 1024 * 1024;
/** An extent with one digest, encoded. */
const EXTENT_BYTES = 64;

interface Listed {
  /** Attributes, encoded. */
  readonly attributes: Buffer;
  /** Extents by part. */
  readonly parts: Map<number, StoredExtent[]>;
}

/**
 * Gathers what the index of the open chunk lists. The content of an element may come in pieces from many old chunks; in
 * the index it stands once, with all of its extents that lie in the chunk.
 */
export class ChunkIndex {
  readonly #accumulator: Accumulator;
  readonly #attributes: AttributeSpool;
  #listed = new Map<number, Listed>();
  #bytes = 0;

  constructor(accumulator: Accumulator, attributes: AttributeSpool) {
    this.#accumulator = accumulator;
    this.#attributes = attributes;
    accumulator.beforeHandOver = () => this.#write();
  }

  /** Whether the chunk has to end before more is added. */
  get full(): boolean {
    return this.#bytes >= LIMIT_BYTES;
  }

  /** Lists an extent of an element, which lies in the open chunk. `element`: position of its attributes. */
  add(element: number, part: number, extent: StoredExtent): void {
    let listed = this.#listed.get(element);
    if (listed === undefined) {
      listed = { attributes: this.#attributes.encoded(element), parts: new Map() };
      this.#listed.set(element, listed);
      this.#bytes += listed.attributes.length;
    }
    const extents = listed.parts.get(part);
    if (extents) extents.push(extent);
    else {
      listed.parts.set(part, [extent]);
      this.#bytes += part === 0 ? 0 : listed.attributes.length;
    }
    this.#bytes += EXTENT_BYTES + extent.digests.length;
  }

  #write(): void {
    const { index, table } = this.#accumulator;
    for (const { attributes: encoded, parts } of this.#listed.values()) {
      for (const extents of parts.values()) extents.sort((one, other) => one.offset - other.offset);
      const attributes = readAttributes(new ByteReader(encoded));
      writeElement(index, { attributes, extents: parts.get(0) ?? [] }, table);
      this.#accumulator.indexedElements += 1;
      for (const [part, extents] of [...parts].toSorted(([one], [other]) => one - other))
        if (part > 0) writeElementPart(index, attributes.path, part, extents, table);
    }
    this.#listed = new Map();
    this.#bytes = 0;
  }
}
