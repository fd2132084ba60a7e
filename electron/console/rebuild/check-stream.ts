import { createHash } from 'node:crypto';
import { ByteReader, malformed } from '../../engine/blockset/byte-reader.ts';
import { skipAttributes } from '../../engine/blockset/element-codec.ts';
import { forEachChunk } from '../../engine/blockset/extent-codec.ts';
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
  let body = new ByteReader(piece);
  /** What of the piece was read and is not in the digest yet. */
  let [from, to] = [0, 0];
  const digestRead = (): void => {
    hash.update(piece.subarray(from, to));
    from = to;
  };
  for (const record of rawRecords(stream)) {
    if (ended) return { wrong: 'something follows its end record', neededChunks: needed.chunks };
    const { tag, bytes, end } = record;
    if (bytes !== piece) {
      digestRead();
      piece = bytes;
      body = new ByteReader(bytes);
      [from, to] = [record.from, record.from];
    }
    body.position = record.start;
    if (tag === TAG.end) {
      ended = true;
      digestRead();
      wrong = wrongWith(body, counts, hash.digest());
    } else {
      if (tag === TAG.element) counts.elements += 1;
      else if (tag === TAG.removed) counts.removed += 1;
      needed.take(tag, body);
      to = end;
    }
    if (body.position > end) throw malformed('its fields are longer than itself');
  }
  return { wrong, neededChunks: needed.chunks };
};

/** Gathers the chunks that records name. */
class NeededChunks {
  readonly chunks = new Map<string, Set<number>>();
  readonly #own: string;
  readonly #table: SetTable;
  /** The set and the chunk that were named last: those of one folder mostly lie in one. */
  #last = { index: -1, chunk: -1 };

  constructor(own: string) {
    this.#own = own;
    this.#table = new SetTable(own);
  }

  take(tag: number, body: ByteReader): void {
    if (tag === TAG.chunkPlace) this.#add(this.#own, body.varint());
    else if (tag === TAG.setReference) this.#define(body.varint(), body.raw(SET_ID_BYTES).toString('hex'));
    else if (tag === TAG.element) {
      skipAttributes(body);
      // What is inherited the parent needs, and with it this set.
      forEachChunk(body, this.#addOf);
    } else if (tag === TAG.elementPart) {
      body.skipBytes();
      body.varint();
      forEachChunk(body, this.#addOf);
    }
  }

  #define(index: number, set: string): void {
    this.#table.define(index, set);
    this.#last.index = -1;
  }

  readonly #addOf = (index: number, chunk: number): void => {
    const last = this.#last;
    if (index === last.index && chunk === last.chunk) return;
    this.#add(this.#table.setOf(index), chunk);
    last.index = index;
    last.chunk = chunk;
  };

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
