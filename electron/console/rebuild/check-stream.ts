import { createHash } from 'node:crypto';
import { PART_BYTES } from '../../../shared/model/element.ts';
import { ByteReader } from '../../engine/blockset/byte-reader.ts';
import { readAttributes } from '../../engine/blockset/element-codec.ts';
import { isInherited, readMap } from '../../engine/blockset/extent-codec.ts';
import { SetTable, TAG } from '../../engine/blockset/records.ts';
import type { RecordStream } from '../../engine/catalog/index.ts';
import { rawRecords } from '../../engine/catalog/stream.ts';

const DIGEST_BYTES = 32;
const SET_ID_BYTES = 16;

/** What a whole stream of set metadata says of its chunks. */
export interface CheckedStream {
  /** Why it cannot be trusted, or null. */
  readonly wrong: string | null;
  /** Sequences of the data chunks that it needs, by set: all of its own, and those of others that its extents lie in. */
  readonly neededChunks: ReadonlyMap<string, ReadonlySet<number>>;
}

/**
 * Reads a stream of set metadata through and holds it against its end record: counts and digest
 * (docs/MEDIA-FORMAT.md, section 5); `set`: whose stream it is. Throws RECORD_MALFORMED.
 */
export const checkStream = (stream: RecordStream, set: string): CheckedStream => {
  const hash = createHash('sha256');
  const needed = new NeededChunks(set);
  const counts = { elements: 0, removed: 0 };
  let ended = false;
  let wrong: string | null = 'it has no end record';
  let piece: Uint8Array = new Uint8Array();
  let done = 0;
  for (const { tag, bytes, start, end } of rawRecords(stream)) {
    if (ended) return { wrong: 'something follows its end record', neededChunks: needed.chunks };
    const body = new ByteReader(bytes, start, end);
    if (tag === TAG.end) {
      ended = true;
      wrong = wrongWith(body, counts, hash.digest());
      continue;
    }
    // A record begins where the one before it in the same piece ended.
    if (bytes !== piece) done = 0;
    hash.update(bytes.subarray(done, end));
    piece = bytes;
    done = end;
    if (tag === TAG.element) counts.elements += 1;
    else if (tag === TAG.removed) counts.removed += 1;
    needed.take(tag, body);
  }
  return { wrong, neededChunks: needed.chunks };
};

/** Gathers the chunks that records name. */
class NeededChunks {
  readonly chunks = new Map<string, Set<number>>();
  readonly #own: string;
  readonly #table: SetTable;

  constructor(own: string) {
    this.#own = own;
    this.#table = new SetTable(own);
  }

  take(tag: number, body: ByteReader): void {
    if (tag === TAG.chunkPlace) this.#add(this.#own, body.varint());
    else if (tag === TAG.setReference) this.#table.define(body.varint(), body.raw(SET_ID_BYTES).toString('hex'));
    else if (tag === TAG.element) {
      readAttributes(body);
      this.#addExtents(body, 0);
    } else if (tag === TAG.elementPart) {
      body.byteString();
      this.#addExtents(body, body.varint() * PART_BYTES);
    }
  }

  #addExtents(body: ByteReader, start: number): void {
    // What is inherited the parent needs, and with it this set.
    for (const entry of readMap(body, start, this.#table.setOf))
      if (!isInherited(entry)) this.#add(entry.set, entry.chunk);
  }

  #add(set: string, chunk: number): void {
    const known = this.chunks.get(set);
    if (known) known.add(chunk);
    else this.chunks.set(set, new Set([chunk]));
  }
}

const wrongWith = (
  body: ByteReader,
  counts: { readonly elements: number; readonly removed: number },
  digest: Buffer,
): string | null => {
  if (body.varint() !== counts.elements) return 'the number of its elements does not match';
  if (body.varint() !== counts.removed) return 'the number of its removed elements does not match';
  return digest.equals(body.raw(DIGEST_BYTES)) ? null : 'its digest does not match';
};

/** The JSON of the set header at the beginning of a stream, or null. Throws RECORD_MALFORMED. */
export const headerOf = (stream: RecordStream): string | null => {
  for (const { tag, bytes, start, end } of rawRecords(stream))
    return tag === TAG.setHeader ? Buffer.from(bytes.subarray(start, end)).toString() : null;
  return null;
};
