import { framedBytes } from './container.ts';
import type { GatheredRecord } from './medium.ts';

/** Bytes at which a payload is cut into data records: docs/MEDIA-FORMAT.md, section 4. */
export const DATA_RECORD_BYTES = 262_144;

/** Number of data records of a payload. */
export const dataRecordCount = (payloadBytes: number): number => Math.ceil(payloadBytes / DATA_RECORD_BYTES);

/** Length of each data record of a payload, the pad of the last one included. */
export const dataRecordLengths = (payloadBytes: number): number[] => {
  const lengths = Array.from({ length: dataRecordCount(payloadBytes) }, () => DATA_RECORD_BYTES);
  const rest = payloadBytes % DATA_RECORD_BYTES;
  if (rest > 0) lengths[lengths.length - 1] = rest + (rest & 1);
  return lengths;
};

/** Bytes that the data records of a payload take up in the container. */
export const dataRecordsFramedBytes = (payloadBytes: number): number =>
  Math.floor(payloadBytes / DATA_RECORD_BYTES) * framedBytes(DATA_RECORD_BYTES) +
  (payloadBytes % DATA_RECORD_BYTES === 0 ? 0 : framedBytes(payloadBytes % DATA_RECORD_BYTES));

/**
 * A payload cut into data records, without copying it: each record is made of views of the parts. An odd last record
 * gets one byte more, zero; for reading, a place that takes it.
 */
export const cutIntoRecords = (payload: readonly Uint8Array[]): GatheredRecord[] => {
  const records: Uint8Array[][] = [];
  let current: Uint8Array[] = [];
  let room = DATA_RECORD_BYTES;
  for (const part of payload) {
    for (let at = 0; at < part.length; ) {
      const piece = part.subarray(at, Math.min(part.length, at + room));
      current.push(piece);
      at += piece.length;
      room -= piece.length;
      if (room > 0) continue;
      records.push(current);
      current = [];
      room = DATA_RECORD_BYTES;
    }
  }
  if (current.length > 0) records.push(room % 2 === 0 ? current : [...current, new Uint8Array(1)]);
  return records;
};
