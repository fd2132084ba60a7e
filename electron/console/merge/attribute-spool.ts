import fs from 'node:fs';
import type { ElementAttributes } from '../../../shared/model/element.ts';
import { ByteReader } from '../../engine/blockset/byte-reader.ts';
import { ByteWriter } from '../../engine/blockset/byte-writer.ts';
import { readAttributes, writeAttributes } from '../../engine/blockset/element-codec.ts';
import { Spool } from '../../engine/mover/spool.ts';

const LENGTH_BYTES = 4;

/** Attributes of elements in a file, found again by the position at which they were put. */
export class AttributeSpool {
  readonly #spool: Spool;
  readonly #scratch = new ByteWriter(4096);

  constructor(path: string) {
    this.#spool = new Spool(path);
  }

  /** Appends the attributes of an element; returns their position. */
  put(attributes: ElementAttributes): number {
    const at = this.#spool.position;
    this.#scratch.reset();
    writeAttributes(this.#scratch, attributes);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32LE(this.#scratch.length);
    this.#spool.out.raw(length);
    this.#spool.out.raw(this.#scratch.view());
    this.#spool.settle();
    return at;
  }

  /** The attributes at a position, encoded. */
  encoded(at: number): Buffer {
    const length = this.#spool.read(at, LENGTH_BYTES).readUInt32LE();
    return this.#spool.read(at + LENGTH_BYTES, length);
  }

  get(at: number): ElementAttributes {
    return readAttributes(new ByteReader(this.encoded(at)));
  }

  /** Removes the file, too. */
  close(): void {
    this.#spool.close();
    fs.rmSync(this.#spool.path, { force: true });
  }
}
