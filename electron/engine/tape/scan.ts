import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import { bytes, setId } from '../../../shared/units.ts';
import { type ChunkContext, checkChunkFrame, placeOf } from './chunk-frame.ts';
import { CHUNK_HEADER_BYTES, CHUNK_MAGIC, type ChunkHeader, decodeChunkHeader } from './chunk-header.ts';
import type { RecordPattern, TapeMedium, TapePosition } from './medium.ts';
import type { DirectoryEntry } from './tail-content.ts';
import { isTailHead } from './tail-records.ts';
import { tapeDamaged } from './tape-errors.ts';

/** A whole chunk: header, framing, trailer and file mark are in order. Its payload was not read. */
export interface ScannedChunk {
  readonly kind: 'chunk';
  readonly place: ChunkPlace;
  /** Metadata part number; 0 for data chunks. */
  readonly part: number;
  /** The last metadata chunk of its set. */
  readonly last: boolean;
}

/** Something that is no whole chunk and no tail, from `offset` to the next chunk that is reported. */
export interface ScanDamage {
  readonly kind: 'damage';
  readonly offset: number;
  readonly error: ColdframeError;
}

export type ScanFinding = ScannedChunk | ScanDamage;

/**
 * Every whole chunk of a tape in the order in which they lie, from the headers alone, going on after damage:
 * docs/MEDIA-FORMAT.md, section 4. `from` is the first chunk's position, or any chunk's, to resume; `leap` as of
 * `checkChunkFrame`. Errors that are no damage are thrown; a place that cannot be read, or is of a newer version, counts as damage.
 */
export function* scanForward(
  medium: TapeMedium,
  context: ChunkContext,
  from: TapePosition,
  leap = false,
): Generator<ScanFinding> {
  let next: TapePosition | null = from;
  while (next !== null) {
    const here: TapePosition = next;
    medium.locate(here);
    const found = probe(medium, context, leap);
    if (found === 'end') return;
    if ('tape' in found) {
      next = medium.position();
      yield { kind: 'chunk', place: placeOf(found), part: found.part, last: found.last };
    } else {
      medium.locate(here);
      next = medium.resync(ownHeaders(medium, context, here.offset)) ? medium.position() : null;
      yield { kind: 'damage', offset: here.offset, error: found };
    }
  }
}

/** The chunk at the position, what is wrong with it, or the end of the chunks. */
const probe = (medium: TapeMedium, context: ChunkContext, leap: boolean): ChunkHeader | ColdframeError | 'end' => {
  const here = medium.position();
  try {
    const item = medium.read();
    if (item.kind === 'end' || (item.kind === 'record' && isTailHead(item.data, 'directory'))) return 'end';
    if (item.kind === 'mark')
      return medium.read().kind === 'end' ? 'end' : tapeDamaged(medium.name, 'a chunk is missing', here.offset);
    medium.locate(here);
    return checkChunkFrame(medium, context, leap);
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (error.kind === 'damaged' || error.code === 'IO') return error;
    throw error;
  }
};

/** An intact chunk header of this tape that says itself that it lies where it was found, behind `after`. */
export const ownHeaders = (medium: TapeMedium, context: ChunkContext, after: number): RecordPattern => ({
  magic: CHUNK_MAGIC,
  bytes: CHUNK_HEADER_BYTES,
  blockOf: (record, offset) => {
    if (offset <= after) return null;
    try {
      const header = decodeChunkHeader(record, context.headerKey, medium.name);
      const own = header.vault === context.vault && header.tape === context.volume && header.offset === offset;
      return own ? header.block : null;
    } catch {
      return null;
    }
  },
});

/** A directory entry as a scan reports it. */
export const scannedOf = (entry: DirectoryEntry, volume: ChunkPlace['tape']): ScannedChunk => ({
  kind: 'chunk',
  place: {
    set: setId(entry.set),
    sequence: entry.sequence,
    kind: entry.kind,
    tape: volume,
    tapeSequence: entry.tapeSequence,
    block: entry.block,
    offset: entry.offset,
    payloadBytes: bytes(entry.payload),
  },
  part: entry.part,
  last: entry.last,
});
