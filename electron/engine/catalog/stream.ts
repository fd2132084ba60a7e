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

/** A record that is not decoded yet: its tag, and where its body lies. Valid until the next one is taken. */
export interface RawRecord {
  readonly tag: number;
  readonly bytes: Uint8Array;
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
      return end <= bytes.length ? { tag: bytes[at] as number, bytes, start: next + 1, end } : null;
    }
    scale *= 128;
    if (next - at >= LENGTH_BYTES) throw malformed('the length of a record is out of range');
  }
  return null;
};

/** The records of a stream, undecoded. Throws RECORD_MALFORMED when it ends within a record. */
export function* rawRecords(stream: RecordStream): Generator<RawRecord> {
  let rest: Uint8Array = new Uint8Array();
  for (const piece of stream()) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    let at = 0;
    for (let record = recordAt(bytes, at); record !== null; record = recordAt(bytes, at)) {
      at = record.end;
      yield record;
    }
    rest = bytes.subarray(at);
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
