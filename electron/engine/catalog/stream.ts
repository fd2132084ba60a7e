import type { ByteString } from '../../../shared/byte-string.ts';
import { ByteReader, malformed } from '../blockset/byte-reader.ts';
import { ByteWriter } from '../blockset/byte-writer.ts';
import {
  type SetTable,
  type StreamRecord,
  TAG,
  wholeRecords,
  writeElement,
  writeElementPart,
  writeRemoved,
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

function* recordsIn(bytes: Uint8Array): Generator<RawRecord> {
  const input = new ByteReader(bytes);
  while (input.remaining > 0) {
    const tag = input.byte();
    const length = input.varint();
    const start = input.position;
    input.raw(length);
    yield { tag, bytes, start, end: input.position };
  }
}

/** The records of a stream, undecoded. Throws RECORD_MALFORMED when it ends within a record. */
export function* rawRecords(stream: RecordStream): Generator<RawRecord> {
  let rest: Uint8Array = new Uint8Array();
  for (const piece of stream()) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const whole = wholeRecords(bytes);
    yield* recordsIn(bytes.subarray(0, whole));
    rest = bytes.subarray(whole);
  }
  if (rest.length > 0) throw malformed('its stream ends within it');
}

/** The paths that a stream says are removed. */
export function* removedPaths(stream: RecordStream): Generator<ByteString> {
  for (const { tag, bytes, start, end } of rawRecords(stream)) {
    if (tag === TAG.removed) yield new ByteReader(bytes, start, end).byteString();
  }
}

/** Decoded records as a stream: for callers that have few of them. Records of other kinds are left out. */
export const streamOf = (records: Iterable<StreamRecord>, table: SetTable): RecordStream => {
  const out = new ByteWriter();
  for (const record of records) {
    if (record.kind === 'element') writeElement(out, record.record, table);
    else if (record.kind === 'element-part') writeElementPart(out, record.path, record.part, record.extents, table);
    else if (record.kind === 'removed') writeRemoved(out, record.path);
  }
  const bytes = out.view();
  return () => [bytes];
};
