import { malformed } from '../blockset/byte-reader.ts';
import { ByteWriter } from '../blockset/byte-writer.ts';
import {
  type SetTable,
  type StreamRecord,
  writeElement,
  writeElementPart,
  writeRemoved,
  writeSetReferences,
} from '../blockset/records.ts';

/** A stream of records in pieces cut anywhere; each call reads it from the beginning. */
export type RecordStream = () => Iterable<Uint8Array>;

/** A record that is not decoded yet: its tag, which stands at `from`, and where its body lies. Valid until the next one is taken. */
export interface RawRecord {
  readonly tag: number;
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly start: number;
  readonly end: number;
}

/** A record's length is at most 8 bytes behind its tag. */
const LENGTH_BYTES = 8;

/** The record at `at`, or null when it is not whole. Throws RECORD_MALFORMED. */
const recordAt = (bytes: Uint8Array, at: number): RawRecord | null => {
  let length = 0;
  let scale = 1;
  for (let next = at + 1; next < bytes.length; next += 1) {
    const byte = bytes[next] as number;
    length += (byte & 127) * scale;
    if (byte < 128) {
      const end = next + 1 + length;
      return end <= bytes.length ? { tag: bytes[at] as number, bytes, from: at, start: next + 1, end } : null;
    }
    scale *= 128;
    if (next - at >= LENGTH_BYTES) throw malformed('the length of a record is out of range');
  }
  return null;
};

/** Of a piece as much is first joined to what is left of the one before it. */
const JOINED_BYTES = 65536;

/** The record that begins with `rest` and ends within `piece`, or null. Throws RECORD_MALFORMED. */
const recordAcross = (rest: Uint8Array, piece: Uint8Array): RawRecord | null => {
  for (let length = JOINED_BYTES; ; length *= 2) {
    const record = recordAt(Buffer.concat([rest, piece.subarray(0, length)]), 0);
    if (record !== null || length >= piece.length) return record;
  }
};

/** The records of a stream, undecoded. Throws RECORD_MALFORMED when it ends within a record. */
export function* rawRecords(stream: RecordStream): Generator<RawRecord> {
  let rest: Uint8Array = new Uint8Array();
  for (const piece of stream()) {
    let at = 0;
    if (rest.length > 0) {
      const across = recordAcross(rest, piece);
      if (across === null) {
        rest = Buffer.concat([rest, piece]);
        continue;
      }
      at = across.end - rest.length;
      yield across;
    }
    for (let record = recordAt(piece, at); record !== null; record = recordAt(piece, at)) {
      at = record.end;
      yield record;
    }
    rest = piece.subarray(at);
  }
  if (rest.length > 0) throw malformed('its stream ends within it');
}

/**
 * Decoded records as a stream: for callers that have few of them. Records of other kinds are left out; the
 * table gives the references. */
export const streamOf = (records: Iterable<StreamRecord>, table: SetTable): RecordStream => {
  const out = new ByteWriter();
  writeSetReferences(out, table);
  for (const record of records) {
    if (record.kind === 'element') writeElement(out, record.record, table);
    else if (record.kind === 'element-part') writeElementPart(out, record.path, record.part, record.extents, table);
    else if (record.kind === 'removed') writeRemoved(out, record.path);
  }
  const bytes = out.view();
  return () => [bytes];
};
