import type { ByteString } from '../../../../shared/byte-string.ts';
import { ELEMENT_TYPES } from '../../../../shared/model/element.ts';
import { ByteReader, malformed } from '../../blockset/byte-reader.ts';
import { ByteWriter } from '../../blockset/byte-writer.ts';
import { transcodeLayout } from '../layout.ts';
import { packIdentity } from '../packed-identity.ts';
import type { Store } from '../store.ts';
import type { RawRecord } from '../stream.ts';
import { ClassFinder } from './class-finder.ts';
import { Slab } from './slab.ts';

const FLAGS_FOLLOW = 8;

/** An element on its way into the catalog, in the form of the rows to be. */
export interface ParsedElement {
  readonly path: ByteString;
  readonly directory: boolean;
  /** Number of its attribute class. */
  readonly kind: number;
  readonly identity: Uint8Array;
  readonly layout: Uint8Array | null;
}

export interface ParsedPart {
  readonly path: ByteString;
  readonly part: number;
  readonly layout: Uint8Array | null;
}

/**
 * Takes records apart into rows without making objects of their fields. `keyOf` gives the catalog's key for a set index
 * of the stream. What it returns stays valid. Throws RECORD_MALFORMED.
 */
export class RecordParser {
  readonly #keyOf: (setIndex: number) => number;
  readonly #classes: ClassFinder;
  readonly #identity = new ByteWriter(64);
  readonly #layout = new ByteWriter(4096);
  readonly #slab = new Slab();
  #input = new ByteReader(new Uint8Array());
  #bytes: Uint8Array = new Uint8Array();

  constructor(store: Store, keyOf: (setIndex: number) => number) {
    this.#keyOf = keyOf;
    this.#classes = new ClassFinder(store);
  }

  element(record: RawRecord): ParsedElement {
    const input = this.#reader(record);
    const path = input.byteString();
    const type = input.byte();
    if (ELEMENT_TYPES[type] === undefined) throw malformed('it has an unknown element type');
    const owner = input.position;
    for (let field = 0; field < 3; field += 1) input.varint();
    input.skipBytes();
    input.skipBytes();
    const times = input.position;
    const size = this.#times(input, type);
    const device = input.position;
    input.varint();
    const inode = input.position;
    this.#finishIdentity(input.varint());
    const links = input.position;
    this.#skipAttributes(input, type);
    const kind = this.#classes.find(record.bytes, type, owner, times, device, inode, links, input.position);
    const identity = this.#slab.keep(this.#identity.view());
    const layout = this.#extents(input, size);
    this.#checkEnd(record);
    return { path, directory: type === 1, kind, identity, layout };
  }

  part(record: RawRecord): ParsedPart {
    const input = this.#reader(record);
    const path = input.byteString();
    const part = input.varint();
    if (part === 0) throw malformed('an element part has number 0');
    const layout = this.#extents(input, -1);
    this.#checkEnd(record);
    return { path, part, layout };
  }

  /** One reader for all records of a piece; `#checkEnd` sees to it that none reads on into the next. */
  #reader(record: RawRecord): ByteReader {
    if (record.bytes !== this.#bytes) {
      this.#bytes = record.bytes;
      this.#input = new ByteReader(record.bytes);
    }
    this.#input.position = record.start;
    return this.#input;
  }

  #checkEnd(record: RawRecord): void {
    if (this.#input.position > record.end) throw malformed('its fields are longer than itself');
  }

  #size = 0;
  #type = 0;
  #modified = { seconds: 0, nanos: 0 };
  #changed = { seconds: 0, nanos: 0 };

  #times(input: ByteReader, type: number): number {
    this.#type = type;
    this.#size = input.varint();
    this.#modified.seconds = input.zigzag();
    this.#modified.nanos = input.varint();
    this.#changed.seconds = input.zigzag();
    this.#changed.nanos = input.varint();
    return this.#size;
  }

  #finishIdentity(inode: number): void {
    const times = { modifiedAt: this.#modified, changedAt: this.#changed };
    this.#identity.reset();
    packIdentity(this.#identity, this.#type, { inode, size: this.#size, ...times });
  }

  #skipAttributes(input: ByteReader, type: number): void {
    input.varint();
    const marks = input.varint();
    if (marks & FLAGS_FOLLOW) input.varint();
    if (type === 5 || type === 6) {
      input.varint();
      input.varint();
    }
    if (type === 2) input.skipBytes();
    for (let left = input.varint() * 2; left > 0; left -= 1) input.skipBytes();
  }

  #extents(input: ByteReader, size: number): Uint8Array | null {
    this.#layout.reset();
    return transcodeLayout(input, this.#layout, size, this.#keyOf) ? this.#slab.keep(this.#layout.view()) : null;
  }
}
