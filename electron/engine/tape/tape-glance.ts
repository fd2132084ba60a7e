import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { legibleFront } from './damaged-front.ts';
import type { KeyEnvelope } from './key-envelope.ts';
import type { TapeMedium, TapePosition } from './medium.ts';
import type { NodeHeader } from './node-header.ts';
import { readTail } from './tail.ts';
import { isNewerOnTape } from './tape-errors.ts';
import { readTapeIdentity } from './tape-label.ts';

/** What a tail tells without any key. */
interface TailGlance {
  readonly full: boolean;
  readonly chunks: number;
  readonly payloadBytes: number;
  /** Where it begins, as in a file. */
  readonly beginsAt: number;
  readonly writtenAt: number;
  readonly envelopes: readonly KeyEnvelope[];
  readonly envelopesGeneration: number;
}

/** What a look at a tape tells without any key. */
export interface TapeGlance {
  /** With a damaged front, what is legible of it: `sequence` may be 0 then. */
  readonly header: NodeHeader;
  /**
   * What is wrong with its labels or its node header, or that these or its tail are of a newer version; null when they are
   * as they should be. Such a tape can be read, not written.
   */
  readonly front: ColdframeError | null;
  /** Length of the file, or what the same would have in one; 0 where a drive does not tell. */
  readonly bytes: number;
  /** From its tail; null when it has none. */
  readonly tail: TailGlance | null;
  /** Nothing lies behind the node header. */
  readonly bare: boolean;
}

/** Where a tape is looked at. */
export interface GlancedTape {
  readonly medium: TapeMedium;
  /** The one that belongs there, by its barcode. */
  readonly volume: string;
  /** As much of its beginning as can be read, as in a file. */
  readonly beginning: () => Buffer;
}

/** Reads labels and tail of a tape; leaves the medium anywhere. Errors: TAPE_DAMAGED, IO. */
export const glanceAtMedium = (tape: GlancedTape): TapeGlance => {
  const { medium } = tape;
  const { header, start, front } = frontOf(tape);
  const tail = glanceAtTail(medium, header);
  const known = { header, bare: start !== null && endsAt(medium, start) };
  const bytes = medium.endOffset === Number.MAX_SAFE_INTEGER ? 0 : medium.endOffset;
  return tail instanceof ColdframeError
    ? { ...known, bytes, front: front ?? tail, tail: null }
    : { ...known, bytes, front, tail };
};

/** The front of a tape, or what is legible of a damaged one. `start`: where its chunks begin; null when not known. */
export const frontOf = ({
  medium,
  volume,
  beginning,
}: GlancedTape): Pick<TapeGlance, 'header' | 'front'> & { readonly start: TapePosition | null } => {
  try {
    const { header, start } = readTapeIdentity(medium);
    return { header, front: null, start };
  } catch (thrown) {
    const front = asColdframeError(thrown);
    const header = front.code === 'TAPE_DAMAGED' ? legibleFront(beginning(), volume, medium.name) : null;
    if (header === null) throw front;
    return { header, front, start: null };
  }
};

/** Whether nothing lies behind a position. What cannot be read there is something. */
const endsAt = (medium: TapeMedium, position: TapePosition): boolean => {
  if (medium.endOffset !== Number.MAX_SAFE_INTEGER) return medium.endOffset === position.offset;
  try {
    medium.locate(position);
    return medium.read().kind === 'end';
  } catch (thrown) {
    if (asColdframeError(thrown).kind === 'damaged') return false;
    throw thrown;
  }
};

/** What the tail tells, null without one; the error when it is of a newer version. */
const glanceAtTail = (medium: TapeMedium, header: NodeHeader): TapeGlance['tail'] | ColdframeError => {
  try {
    const { label, trailer, envelopes, envelopesGeneration } = readTail(
      medium,
      header.tape.volume,
      header.sealed,
      null,
    );
    const { chunks, payloadBytes, directoryOffset: beginsAt, writtenAt } = trailer;
    return { full: label === 'EOV1', chunks, payloadBytes, beginsAt, writtenAt, envelopes, envelopesGeneration };
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (isNewerOnTape(error)) return error;
    if (error.kind === 'damaged') return null;
    throw error;
  }
};
