import { crc32 } from 'node:zlib';
import type * as z from 'zod';
import type { Millis, TapeId, VaultId } from '../../../shared/units.ts';
import { type Codec, decodeUnit, encodeUnit, type UnitSeal } from '../blockset/unit.ts';
import { chunkFramedBytes } from './chunk-frame.ts';
import type { ContainerItem } from './container.ts';
import { cutIntoRecords, dataRecordLengths } from './data-records.ts';
import { decodeJson, encodeJsonRecord } from './json-record.ts';
import type { KeyEnvelope } from './key-envelope.ts';
import { decodeFileLabel, encodeFileLabel, type FileLabelName } from './labels.ts';
import type { GatheredRecord, TapeMedium } from './medium.ts';
import { type Directory, directory, envelopesRecord, type TapeCatalog, tapeCatalog } from './tail-content.ts';
import {
  decodeTailHead,
  decodeTapeTrailer,
  encodeTailHead,
  encodeTapeTrailer,
  type TailPart,
  type TapeTrailer,
  tailSeal,
} from './tail-records.ts';
import { tapeDamaged } from './tape-errors.ts';

const PIECE_BYTES = 1_048_576;
/** Above what any tape needs; a length beyond it is damage. */
const MAX_PAYLOAD_BYTES = 512 * 1024 * 1024;

export interface TailContent {
  readonly volume: TapeId;
  readonly vault: VaultId;
  readonly full: boolean;
  readonly directory: Directory;
  readonly catalog: TapeCatalog;
  readonly envelopes: readonly KeyEnvelope[];
  readonly envelopesGeneration: number;
  readonly trailer: Omit<TapeTrailer, 'chunks'>;
  readonly codec: Codec;
  readonly tapeKey: Uint8Array | null;
}

/** The records of a tail, in order; null is a file mark. Source: docs/MEDIA-FORMAT.md, sections 2 and 7. */
export const encodeTail = (tail: TailContent): ContainerItem[] => {
  const chunks = tail.directory.chunks.length;
  const label = { name: tail.full ? 'EOV1' : 'EOF1', createdAt: tail.trailer.writtenAt as Millis, chunks } as const;
  return [
    ...encodePart('directory', tail.directory, tail),
    null,
    encodeFileLabel(label, tail.vault),
    encodeJsonRecord({ envelopes: tail.envelopes, generation: tail.envelopesGeneration || undefined }),
    ...encodePart('catalog', tail.catalog, tail),
    encodeTapeTrailer({ ...tail.trailer, chunks }),
    null,
    null,
  ];
};

/** What a tail says. `directory` and `catalog` are null when the tape is sealed and no key was given. */
export interface Tail {
  readonly label: FileLabelName;
  readonly trailer: TapeTrailer;
  readonly envelopes: readonly KeyEnvelope[];
  /** Grows whenever the envelopes of the vault change; 0 when the record does not say. */
  readonly envelopesGeneration: number;
  readonly directory: Directory | null;
  readonly catalog: TapeCatalog | null;
}

/**
 * Reads the tail from the end of the tape backwards; leaves the medium anywhere. `sealed` as the node header says.
 * Throws TAPE_DAMAGED when there is no tail or any of it is damaged (then the tape is scanned), IO.
 */
export const readTail = (medium: TapeMedium, volume: TapeId, sealed: boolean, tapeKey: Uint8Array | null): Tail => {
  medium.toEnd();
  for (const place of ['last', 'last but one'])
    if (medium.readBack().kind !== 'mark')
      throw tapeDamaged(medium.name, `it has no tail: its ${place} item is no file mark`);
  const trailer = decodeTapeTrailer(recordOf(medium.readBack(), medium), medium.name);
  medium.locate({ block: trailer.directoryBlock, offset: trailer.directoryOffset });
  const hidden = sealed && tapeKey === null;
  const listed = readPart('directory', directory, medium, volume, tapeKey, hidden);
  if (medium.read().kind !== 'mark') throw tapeDamaged(medium.name, 'no file mark follows its directory');
  const label = decodeFileLabel(recordOf(medium.read(), medium), medium.name);
  const { envelopes, generation: envelopesGeneration } = decodeJson(
    envelopesRecord,
    recordOf(medium.read(), medium),
    medium.name,
    'its envelopes record',
  );
  const catalog = readPart('catalog', tapeCatalog, medium, volume, tapeKey, hidden);
  const again = decodeTapeTrailer(recordOf(medium.read(), medium), medium.name);
  const agrees =
    label !== 'HDR1' &&
    again.directoryOffset === trailer.directoryOffset &&
    (!listed || (listed.chunks.length === trailer.chunks && listed.chunks.every((chunk) => lies(chunk, trailer))));
  if (!agrees) throw tapeDamaged(medium.name, 'its tail contradicts itself');
  return { label, trailer, envelopes, envelopesGeneration, directory: listed, catalog };
};

/** Whether a chunk of the directory lies before the directory, so that its length can be believed. */
const lies = (chunk: Directory['chunks'][number], trailer: TapeTrailer): boolean =>
  chunk.offset + chunkFramedBytes(chunk.payload) <= trailer.directoryOffset;

const recordOf = (item: ReturnType<TapeMedium['read']>, medium: TapeMedium): Buffer => {
  if (item.kind !== 'record') throw tapeDamaged(medium.name, 'a record of its tail is missing');
  return item.data;
};

/** Head record and payload records of a part: JSON, cut into units. */
const encodePart = (
  part: TailPart,
  value: unknown,
  tail: Pick<TailContent, 'volume' | 'codec' | 'tapeKey'>,
): Buffer[] => {
  const seal = tailSeal(tail.volume, part, tail.tapeKey);
  const json = Buffer.from(JSON.stringify(value));
  const payload: Uint8Array[] = [];
  for (let at = 0, number = 0; at < json.length; at += PIECE_BYTES, number += 1) {
    const unit = encodeUnit(json.subarray(at, at + PIECE_BYTES), number, tail.codec, seal);
    payload.push(unit.frame, ...unit.body);
  }
  const records = cutIntoRecords(payload).map((parts) => Buffer.concat(parts));
  const payloadBytes = payload.reduce((sum, piece) => sum + piece.length, 0);
  const payloadChecksum = payload.reduce((sum, piece) => crc32(piece, sum), 0);
  return [encodeTailHead(part, { payloadBytes, records: records.length, payloadChecksum }), ...records];
};

/** Reads a part behind the position; skips its content, and gives null, when it is hidden. */
const readPart = <T extends { volume: string }>(
  part: TailPart,
  schema: z.ZodType<T>,
  medium: TapeMedium,
  volume: TapeId,
  tapeKey: Uint8Array | null,
  hidden: boolean,
): T | null => {
  const head = decodeTailHead(recordOf(medium.read(), medium), part, medium.name);
  const lengths = dataRecordLengths(Math.min(head.payloadBytes, MAX_PAYLOAD_BYTES + 1));
  if (head.payloadBytes > MAX_PAYLOAD_BYTES || lengths.length !== head.records)
    throw tapeDamaged(medium.name, `the length of its ${part} is out of range`);
  const start = medium.position();
  medium.skipRecords(lengths);
  if (hidden) return null;
  medium.locate(start);
  const payload = Buffer.allocUnsafe(head.payloadBytes);
  medium.readRecords(cutIntoRecords([payload]) as GatheredRecord[]);
  if (crc32(payload) !== head.payloadChecksum)
    throw tapeDamaged(medium.name, `the checksum of its ${part} does not match`);
  const value = decodeJson(
    schema,
    joinUnits(payload, tailSeal(volume, part, tapeKey), part, medium.name),
    medium.name,
    `its ${part}`,
  );
  if (value.volume !== volume) throw tapeDamaged(medium.name, `its ${part} is that of tape ${value.volume}`);
  return value;
};

const joinUnits = (payload: Buffer, seal: UnitSeal | null, part: TailPart, tape: string): Buffer => {
  const pieces: Uint8Array[] = [];
  let plainBytes = 0;
  for (let at = 0; at < payload.length; ) {
    const unit = decodeUnit(payload, at, seal);
    plainBytes += unit.plain.length;
    if (unit.number !== pieces.length || plainBytes > MAX_PAYLOAD_BYTES)
      throw tapeDamaged(tape, `the units of its ${part} are out of order or too many`);
    pieces.push(unit.plain);
    at = unit.next;
  }
  return Buffer.concat(pieces);
};
