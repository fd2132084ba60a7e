import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { behindChunk, type ChunkContext, checkChunkFrame } from './chunk-frame.ts';
import { dataRecordCount } from './data-records.ts';
import type { TapeMedium, TapePosition } from './medium.ts';
import { type ScannedChunk, scanForward } from './scan.ts';
import { readTail, type Tail } from './tail.ts';
import type { DirectoryEntry, TapeCatalog } from './tail-content.ts';
import type { TapeAccess } from './tape-access.ts';
import { contextOf, tapeKeyOf } from './tape-context.ts';
import { isNewerOnTape, tapeDamaged, tapeMismatch } from './tape-errors.ts';
import { demandTape } from './tape-label.ts';

/** A tape that is open to append; entries, sets, tail and catalog change as chunks are written. */
export interface OpenedTape {
  readonly context: ChunkContext;
  readonly tapeKey: Uint8Array | null;
  readonly entries: DirectoryEntry[];
  readonly sets: Set<string>;
  /** Behind the last whole chunk. */
  readonly at: TapePosition;
  /** Of the next chunk. */
  readonly tapeSequence: number;
  /** Null when the tape has none (a crash) or has none any more. */
  tail: Pick<Tail, 'label' | 'envelopes' | 'envelopesGeneration'> | null;
  /** What the next tail gets: those of the access, or later ones that the tape had when it was opened. */
  readonly envelopes: Pick<Tail, 'envelopes' | 'envelopesGeneration'>;
  catalog: TapeCatalog | null;
}

/**
 * Checks that the tape is the one of `access` and finds the place behind its last whole chunk: from the tail, or by a
 * scan when there is none. Writes nothing, and nothing behind what a newer version wrote. Errors as of `TapeWriter.open`.
 */
export const openForAppend = (medium: TapeMedium, access: TapeAccess, expectChunks: number): OpenedTape => {
  const { header, start } = demandTape(medium, access.vault, access.volume);
  if (header.sealed !== (access.vaultKey !== null)) throw sealMismatch(medium.name, header.sealed);
  const context = contextOf(access);
  const tapeKey = tapeKeyOf(access);
  const tail = soundTail(medium, access, context, tapeKey);
  const found = tail ? (tail.directory?.chunks ?? []) : scanned(medium, context, start);
  if (found.length < expectChunks)
    throw tapeDamaged(
      medium.name,
      `${expectChunks} chunks were written to it and ${found.length} are left; it takes no more`,
    );
  const last = found.at(-1);
  return {
    context,
    tapeKey,
    entries: found,
    sets: new Set(found.map((entry) => entry.set)),
    at: last ? behindChunk({ ...last, payloadBytes: last.payload }) : start,
    tapeSequence: last ? last.tapeSequence + 1 : 0,
    tail,
    envelopes: laterOf(access, tail),
    catalog: tail?.catalog ?? null,
  };
};

/** A library that was put back from an older copy does not take later envelopes from a tape. */
const laterOf = (access: TapeAccess, tail: Tail | null): OpenedTape['envelopes'] => {
  const { envelopes, envelopesGeneration } =
    tail !== null && tail.envelopesGeneration > access.envelopesGeneration ? tail : access;
  return { envelopes, envelopesGeneration };
};

/** The tail, when it is intact and the chunk before it ends where the tail begins; else null. */
const soundTail = (
  medium: TapeMedium,
  access: TapeAccess,
  context: ChunkContext,
  tapeKey: Uint8Array | null,
): Tail | null => {
  try {
    const tail = readTail(medium, access.volume, access.vaultKey !== null, tapeKey);
    const last = tail.directory?.chunks.at(-1);
    if (!last) return tail;
    medium.locate(last);
    checkChunkFrame(medium, context);
    const end = medium.position();
    return end.block === tail.trailer.directoryBlock && end.offset === tail.trailer.directoryOffset ? tail : null;
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (error.kind === 'damaged' && !isNewerOnTape(error)) return null;
    throw error;
  }
};

const scanned = (medium: TapeMedium, context: ChunkContext, start: TapePosition): DirectoryEntry[] => {
  const chunks: ScannedChunk[] = [];
  for (const finding of scanForward(medium, context, start)) {
    if (finding.kind === 'chunk') chunks.push(finding);
    else if (isNewerOnTape(finding.error)) throw finding.error;
  }
  return chunks.map(({ place, part, last }) => ({
    set: place.set,
    sequence: place.sequence,
    kind: place.kind,
    part,
    tapeSequence: place.tapeSequence,
    block: place.block,
    offset: place.offset,
    records: dataRecordCount(place.payloadBytes),
    payload: place.payloadBytes,
    last,
  }));
};

/** A sealed tape without a key, or an open tape in a sealed vault. */
export const sealMismatch = (tape: string, sealed: boolean): ColdframeError =>
  sealed
    ? new ColdframeError('PASSPHRASE_MISSING', {
        message: `Tape ${tape} is sealed.`,
        guidance: 'Give the passphrase of the vault, or its recovery code.',
        context: { tape },
      })
    : tapeMismatch(tape, 'it is not sealed, and its vault is');
