import { type TapeId, tapeId, type VaultId, vaultId } from '../../../shared/units.ts';
import { MEDIA_SUFFIX } from './barcodes.ts';
import type { ChunkContext } from './chunk-frame.ts';
import { CHUNK_HEADER_BYTES, CHUNK_MAGIC, type ChunkHeader, decodeChunkHeader, isChunkHeader } from './chunk-header.ts';
import { WORD_BYTES } from './container.ts';
import { keyEnvelopes } from './key-envelope.ts';
import type { TapeMedium, TapePosition } from './medium.ts';
import { decodeNodeHeader, FORMAT_VERSION, type NodeHeader } from './node-header.ts';
import { ownHeaders } from './scan.ts';

/** How much of a tape is looked through for a first chunk: more than damage at its front leaves anything of. */
const SEARCHED_BYTES = 256 * 1024 * 1024;

/**
 * The first chunk header that says that this is the tape of the context, and that it lies where it was written: the vault
 * and the tape are in its body, under a checksum and, on a sealed tape, under the seal. Null when none is found. What the
 * front of the tape says plays no part. Source: docs/MEDIA-FORMAT.md, section 4.
 */
export const firstOwnChunk = (medium: TapeMedium, context: ChunkContext): TapePosition | null => {
  medium.locate({ block: 0, offset: 0 });
  const found = medium.resync(ownHeaders(medium, context, -1), SEARCHED_BYTES);
  return found ? medium.position() : null;
};

/** What an intact chunk header says of the tape that it was written to; null where the keys of the vault do not open it, so that it is of another one. */
export type Stranger = Pick<ChunkHeader, 'vault' | 'tape'> | null;

/** The first intact chunk header that is of another tape or another vault than the context; undefined when none is found. */
export const firstStranger = (medium: TapeMedium, context: ChunkContext): Stranger | undefined => {
  let stranger: Stranger | undefined;
  medium.locate({ block: 0, offset: 0 });
  medium.resync(
    {
      magic: CHUNK_MAGIC,
      bytes: CHUNK_HEADER_BYTES,
      blockOf: (record, offset) => {
        const found = strangerIn(record, offset, context);
        if (found === undefined) return null;
        stranger = found;
        return 0;
      },
    },
    SEARCHED_BYTES,
  );
  return stranger;
};

const strangerIn = (record: Buffer, at: number, { vault, volume, headerKey }: ChunkContext): Stranger | undefined => {
  if (!isChunkHeader(record) || record.readUInt16LE(8) > FORMAT_VERSION) return undefined;
  const sealed = (record.readUInt16LE(10) & 1) === 1;
  try {
    const header = decodeChunkHeader(record, sealed ? headerKey : null, volume);
    // Backed up tapes have such headers in their content: those do not lie where they say.
    return header.offset === at && (header.vault !== vault || header.tape !== volume) ? header : undefined;
  } catch {
    return sealed ? null : undefined;
  }
};

/** The vault and the tape that the first intact chunk header says that it lies on; null when none is found that the context has the key of. */
export const firstClaim = (
  medium: TapeMedium,
  { headerKey }: Pick<ChunkContext, 'headerKey'>,
): Pick<ChunkHeader, 'vault' | 'tape'> | null => {
  let claim: Pick<ChunkHeader, 'vault' | 'tape'> | null = null;
  medium.locate({ block: 0, offset: 0 });
  medium.resync(
    {
      magic: CHUNK_MAGIC,
      bytes: CHUNK_HEADER_BYTES,
      blockOf: (record, offset) => {
        claim = claimIn(record, offset, headerKey);
        return claim === null ? null : 0;
      },
    },
    SEARCHED_BYTES,
  );
  return claim;
};

/** Sealed as the vault is: what is in the clear on a tape of a sealed one anybody may have written. */
const claimIn = (record: Buffer, at: number, headerKey: ChunkContext['headerKey']): ChunkHeader | null => {
  if (!isChunkHeader(record) || record.readUInt16LE(8) > FORMAT_VERSION) return null;
  const sealed = (record.readUInt16LE(10) & 1) === 1;
  if (sealed !== (headerKey !== null)) return null;
  try {
    const header = decodeChunkHeader(record, headerKey, 'front');
    return header.offset === at ? header : null;
  } catch {
    return null;
  }
};

/**
 * What is still legible of a damaged front, for lists and for the search of tapes: the node header wherever it lies if it
 * is whole, else its parts. `sequence` is 0 when it cannot be read. Null when it does not tell vault and tape. It is no
 * proof of anything: whoever reads the tape asks its chunks. `volume`: the tape that belongs where this one lies.
 */
export const legibleFront = (front: Buffer, volume: string, name: string): NodeHeader | null =>
  wholeHeader(front, name) ?? headerOfParts(front, volume);

const wholeHeader = (front: Buffer, name: string): NodeHeader | null => {
  const start = front.indexOf('{"format":"coldframe-tape"');
  const end = start < 0 ? -1 : endOfJson(front, start);
  if (end < 0) return null;
  try {
    return decodeNodeHeader(front.subarray(start, end), name);
  } catch {
    return null;
  }
};

/** Behind the bracket that closes the one at `start`, or -1. */
const endOfJson = (bytes: Buffer, start: number): number => {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < bytes.length; at += 1) {
    const letter = String.fromCharCode(bytes[at] ?? 0);
    if (quoted && letter === '\\') at += 1;
    else if (letter === '"') quoted = !quoted;
    else if (!quoted && letter === '{') depth += 1;
    else if (!quoted && letter === '}') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return -1;
};

const headerOfParts = (front: Buffer, volume: string): NodeHeader | null => {
  const text = front.toString('latin1');
  const part = (pattern: RegExp): string | undefined => pattern.exec(text)?.[1];
  const chunk = firstChunk(front);
  const envelopes = envelopesIn(text);
  const vault = chunk?.vault ?? part(/"id":"([0-9a-f]{32})"/);
  const names = [chunk?.tape, part(/"volume":"([A-Z0-9]{6})"/), part(/VOL1([A-Z0-9]{6})/)];
  const tape = chunk?.tape ?? names.find((known) => known === volume) ?? names.find((known) => known !== undefined);
  if (vault === undefined || tape === undefined) return null;
  const labelledAt = part(/"labelledAt":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"/) ?? new Date(0).toISOString();
  return {
    format: 'coldframe-tape',
    version: FORMAT_VERSION,
    vault: { id: vaultId(vault), name: utf8(part(/"id":"[0-9a-f]{32}","name":"([^"\\]{1,200})"/) ?? 'vault') },
    tape: {
      volume: tapeId(tape),
      barcode: part(/"barcode":"([A-Z0-9]{8})"/) ?? `${tape}${MEDIA_SUFFIX}`,
      pool: part(/"pool":"([a-z]{1,64})"/) ?? 'data',
      sequence: Number(part(/"sequence":(\d{1,9})\D/) ?? 0),
      labelledAt: Number.isNaN(Date.parse(labelledAt)) ? new Date(0).toISOString() : labelledAt,
    },
    sealed: chunk?.sealed ?? (part(/"sealed":(true|false)/) === 'true' || envelopes.length > 0),
    envelopes,
  };
};

const utf8 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8');

const envelopesIn = (text: string): NodeHeader['envelopes'] => {
  const found = [...text.matchAll(/\{"kind":[^{}]*\}/g)].flatMap(([json]) => {
    try {
      const one = keyEnvelopes.safeParse([JSON.parse(json)]);
      return one.success ? one.data : [];
    } catch {
      return [];
    }
  });
  const all = keyEnvelopes.safeParse(found);
  return all.success ? all.data : [];
};

/** What the first intact chunk header tells without a key: whether it is sealed and, if it is not, of which tape it is. */
const firstChunk = (front: Buffer): { sealed: boolean; vault?: VaultId; tape?: TapeId } | null => {
  for (let at = front.indexOf(CHUNK_MAGIC); at >= 0; at = front.indexOf(CHUNK_MAGIC, at + 1)) {
    const record = front.subarray(at, at + CHUNK_HEADER_BYTES);
    if (record.length < CHUNK_HEADER_BYTES || !isChunkHeader(record)) continue;
    if ((record.readUInt16LE(10) & 1) === 1) return { sealed: true };
    try {
      const { vault, tape, offset } = decodeChunkHeader(record, null, 'front');
      if (offset === at - WORD_BYTES) return { sealed: false, vault, tape };
    } catch {
      // It only looks like one.
    }
  }
  return null;
};
