import type { ByteString } from '../../../shared/byte-string.ts';
import { type ElementRecord, PART_BYTES, type StoredExtent } from '../../../shared/model/element.ts';
import { ByteReader, malformed } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { readAttributes, writeAttributes } from './element-codec.ts';
import { type MapEntry, readExtents, writeMap } from './extent-codec.ts';

/** Tags of the records of a stream: docs/MEDIA-FORMAT.md, section 5. */
export const TAG = {
  setHeader: 1,
  setReference: 2,
  element: 3,
  removed: 4,
  chunkPlace: 5,
  elementPart: 6,
  end: 7,
} as const;

export interface ChunkPlaceRecord {
  readonly sequence: number;
  readonly tape: string;
  readonly tapeSequence: number;
  readonly kind: 'data' | 'metadata';
  readonly payloadBytes: number;
}

/** A decoded record. Views into the stream (digests, attribute values) live as long as its bytes. */
export type StreamRecord =
  | { readonly kind: 'set-header'; readonly json: string }
  | { readonly kind: 'set-reference'; readonly index: number; readonly set: string }
  | { readonly kind: 'element'; readonly record: ElementRecord }
  | {
      readonly kind: 'element-part';
      readonly path: ByteString;
      readonly part: number;
      readonly extents: readonly StoredExtent[];
    }
  | { readonly kind: 'removed'; readonly path: ByteString }
  | { readonly kind: 'chunk-place'; readonly place: ChunkPlaceRecord }
  | { readonly kind: 'end'; readonly elements: number; readonly removed: number; readonly digest: Uint8Array };

/** The sets that a stream's extents refer to: index 0 is the set of the stream itself. */
export class SetTable {
  readonly #ids: string[];
  readonly #indexes = new Map<string, number>();

  constructor(own: string, others: readonly string[] = []) {
    this.#ids = [own, ...others.filter((id) => id !== own)];
    for (const [index, id] of this.#ids.entries()) this.#indexes.set(id, index);
  }

  readonly indexOf = (set: string): number => {
    const index = this.#indexes.get(set);
    if (index === undefined) throw new RangeError(`set ${set} is not in the stream's table`);
    return index;
  };

  readonly setOf = (index: number): string => {
    const id = this.#ids[index];
    if (id === undefined) throw malformed(`it refers to set number ${index}, which its stream does not name`);
    return id;
  };

  /** Adds what a set reference record says. */
  define(index: number, set: string): void {
    this.#ids[index] = set;
    this.#indexes.set(set, index);
  }

  ids(): readonly string[] {
    return this.#ids;
  }
}

const scratch = new ByteWriter(4096);

const framed = (out: ByteWriter, tag: number, body: (scratch: ByteWriter) => void): void => {
  scratch.reset();
  body(scratch);
  out.byte(tag);
  out.bytes(scratch.view());
};

export const writeSetHeader = (out: ByteWriter, json: string): void => {
  framed(out, TAG.setHeader, (body) => body.raw(Buffer.from(json)));
};

/** Writes a reference record for every set of the table but the stream's own. */
export const writeSetReferences = (out: ByteWriter, table: SetTable): void => {
  for (const [index, set] of table.ids().entries()) {
    if (index === 0) continue;
    framed(out, TAG.setReference, (body) => {
      body.varint(index);
      body.raw(Buffer.from(set, 'hex'));
    });
  }
};

export const writeElement = (
  out: ByteWriter,
  record: { readonly attributes: ElementRecord['attributes']; readonly extents: readonly MapEntry[] },
  table: SetTable,
): void => {
  framed(out, TAG.element, (body) => {
    writeAttributes(body, record.attributes);
    writeMap(body, record.extents, 0, table.indexOf);
  });
};

/** Writes part `part` (from 1) of a file longer than PART_BYTES. */
export const writeElementPart = (
  out: ByteWriter,
  path: ByteString,
  part: number,
  extents: readonly MapEntry[],
  table: SetTable,
): void => {
  framed(out, TAG.elementPart, (body) => {
    body.byteString(path);
    body.varint(part);
    writeMap(body, extents, part * PART_BYTES, table.indexOf);
  });
};

export const writeRemoved = (out: ByteWriter, path: ByteString): void => {
  framed(out, TAG.removed, (body) => body.byteString(path));
};

export const writeChunkPlace = (out: ByteWriter, place: ChunkPlaceRecord): void => {
  framed(out, TAG.chunkPlace, (body) => {
    body.varint(place.sequence);
    body.raw(Buffer.from(place.tape, 'latin1'));
    body.varint(place.tapeSequence);
    body.varint(place.kind === 'data' ? 1 : 2);
    body.varint(place.payloadBytes);
  });
};

export const writeEnd = (out: ByteWriter, elements: number, removed: number, digest: Uint8Array): void => {
  framed(out, TAG.end, (body) => {
    body.varint(elements);
    body.varint(removed);
    body.raw(digest);
  });
};

const readPlace = (body: ByteReader): ChunkPlaceRecord => ({
  sequence: body.varint(),
  tape: body.raw(6).toString('latin1'),
  tapeSequence: body.varint(),
  kind: body.varint() === 1 ? 'data' : 'metadata',
  payloadBytes: body.varint(),
});

const readPart = (body: ByteReader, table: SetTable): StreamRecord => {
  const path = body.byteString();
  const part = body.varint();
  if (part === 0) throw malformed('an element part has number 0');
  return { kind: 'element-part', path, part, extents: readExtents(body, part * PART_BYTES, table.setOf) };
};

const readReference = (body: ByteReader, table: SetTable): StreamRecord => {
  const index = body.varint();
  if (index > 1_000_000) throw malformed('a set index is out of range');
  const set = body.raw(16).toString('hex');
  table.define(index, set);
  return { kind: 'set-reference', index, set };
};

const decode = (tag: number, body: ByteReader, table: SetTable): StreamRecord | null => {
  switch (tag) {
    case TAG.setHeader:
      return { kind: 'set-header', json: body.raw(body.remaining).toString() };
    case TAG.setReference:
      return readReference(body, table);
    case TAG.element:
      return {
        kind: 'element',
        record: { attributes: readAttributes(body), extents: readExtents(body, 0, table.setOf) },
      };
    case TAG.elementPart:
      return readPart(body, table);
    case TAG.removed:
      return { kind: 'removed', path: body.byteString() };
    case TAG.chunkPlace:
      return { kind: 'chunk-place', place: readPlace(body) };
    case TAG.end:
      return { kind: 'end', elements: body.varint(), removed: body.varint(), digest: body.raw(32) };
    default:
      return null;
  }
};

/** All records of a stream that is wholly in memory; unknown tags are skipped. Throws RECORD_MALFORMED. */
export function* readRecords(bytes: Uint8Array, table: SetTable): Generator<StreamRecord> {
  const input = new ByteReader(bytes);
  while (input.remaining > 0) {
    const tag = input.byte();
    const length = input.varint();
    if (length > input.remaining) throw malformed('its stream ends within it');
    const end = input.position + length;
    const record = decode(tag, new ByteReader(bytes, input.position, end), table);
    input.position = end;
    if (record) yield record;
  }
}

/**
 * Bytes of the longest run of whole records at the beginning of `bytes`: what is behind it waits for more input.
 */
export const wholeRecords = (bytes: Uint8Array): number => {
  const input = new ByteReader(bytes);
  let whole = 0;
  try {
    while (input.remaining > 0) {
      input.byte();
      input.raw(input.varint());
      whole = input.position;
    }
  } catch {
    return whole;
  }
  return whole;
};
