import { createHash } from 'node:crypto';
import { ByteReader } from '../../engine/blockset/byte-reader.ts';
import { TAG } from '../../engine/blockset/records.ts';
import type { RecordStream } from '../../engine/catalog/index.ts';
import { rawRecords } from '../../engine/catalog/stream.ts';

const DIGEST_BYTES = 32;

/** What a whole stream of set metadata says of its chunks. */
export interface CheckedStream {
  /** Why it cannot be trusted, or null. */
  readonly wrong: string | null;
  /** Sequences of the set's data chunks. */
  readonly dataChunks: ReadonlySet<number>;
}

/**
 * Reads a stream of set metadata through and holds it against its end record: counts and digest
 * (docs/MEDIA-FORMAT.md, section 5). Throws RECORD_MALFORMED.
 */
export const checkStream = (stream: RecordStream): CheckedStream => {
  const hash = createHash('sha256');
  const dataChunks = new Set<number>();
  const counts = { elements: 0, removed: 0 };
  let ended = false;
  let wrong: string | null = 'it has no end record';
  let piece: Uint8Array = new Uint8Array();
  let done = 0;
  for (const { tag, bytes, start, end } of rawRecords(stream)) {
    if (ended) return { wrong: 'something follows its end record', dataChunks };
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
    else if (tag === TAG.chunkPlace) dataChunks.add(body.varint());
  }
  return { wrong, dataChunks };
};

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
