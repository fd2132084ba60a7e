import { createHash, type Hash } from 'node:crypto';
import { ByteReader } from '../../blockset/byte-reader.ts';
import { TAG } from '../../blockset/records.ts';

const END_DIGEST_BYTES = 32;

/**
 * Checks the metadata of one set as its parts come by in order: every record is whole, and the end record has the digest
 * of everything before it (docs/MEDIA-FORMAT.md, section 5). Holds no more than the record at hand.
 */
export class MetadataStream {
  readonly #hash: Hash = createHash('sha256');
  #rest: Buffer = Buffer.alloc(0);
  #ended = false;
  #nextPart = 0;

  /** Takes the plain content of the next unit. Returns what is wrong with it, or null. */
  add(part: number, plain: Uint8Array): string | null {
    if (part !== this.#nextPart && part !== this.#nextPart + 1)
      return `part ${this.#nextPart} of the set's metadata is missing`;
    this.#nextPart = part;
    this.#rest = Buffer.concat([this.#rest, plain]);
    let at = 0;
    for (let end = recordEnd(this.#rest, at); end !== null; end = recordEnd(this.#rest, at)) {
      const record = this.#rest.subarray(at, end);
      if (record[0] === TAG.end) return this.#end(record);
      this.#hash.update(record);
      at = end;
    }
    this.#rest = Buffer.from(this.#rest.subarray(at));
    return null;
  }

  /** Whether the end record has come. */
  get ended(): boolean {
    return this.#ended;
  }

  #end(record: Buffer): string | null {
    this.#ended = true;
    this.#rest = Buffer.alloc(0);
    const digest = record.subarray(record.length - END_DIGEST_BYTES);
    return this.#hash.digest().equals(digest) ? null : 'the digest of the set metadata does not match';
  }
}

/** Where the record at `at` ends, or null when it is not whole yet. */
const recordEnd = (bytes: Buffer, at: number): number | null => {
  const input = new ByteReader(bytes, at);
  try {
    input.byte();
    input.raw(input.varint());
    return input.position;
  } catch {
    return null;
  }
};
