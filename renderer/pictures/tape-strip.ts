import type { OutputOf } from '../../shared/contract/contract.ts';
import { type Bar, EXPIRED, layBars, type Piece } from './bars.ts';

export type TapeChunk = OutputOf<'tape.show'>['chunks'][number];

export interface TapeLayout {
  readonly bars: readonly Bar[];
  /** Bytes from the left to the right edge. */
  readonly span: number;
  /** Pixels a byte. */
  readonly scale: number;
}

/** The number of each block set of a tape, in the order in which they first lie on it. */
export const setNumbers = (chunks: readonly TapeChunk[]): Map<string, number> => {
  const numbers = new Map<string, number>();
  for (const { set } of chunks) if (!numbers.has(set)) numbers.set(set, numbers.size);
  return numbers;
};

export interface WholeTape {
  readonly bytesUsed: number;
  readonly bytesCapacity: number;
  /** How many chunks were written to it, those included that no catalog lists any more. */
  readonly chunks: number;
}

/**
 * A tape as whole as is known: chunks are listed before the library notes what is used, and what is being written is in neither yet. `head`: bytes from the
 * beginning to where something writes now; null when nothing does.
 */
export const wholeTape = (
  tape: WholeTape,
  chunks: readonly Pick<TapeChunk, 'tapeSequence' | 'offset' | 'bytes'>[],
  head: number | null,
): WholeTape => {
  const last = chunks.at(-1);
  const end = last === undefined ? 0 : last.offset + last.bytes;
  const listed = last === undefined ? 0 : last.tapeSequence + 1;
  return {
    bytesCapacity: tape.bytesCapacity,
    bytesUsed: Math.max(tape.bytesUsed, end, head ?? 0),
    chunks: Math.max(tape.chunks, listed + (head !== null && head > Math.max(end, tape.bytesUsed) ? 1 : 0)),
  };
};

/** Whether chunks lie on a tape that are in no set any more. */
export const hasExpired = (chunks: readonly TapeChunk[], { chunks: written }: WholeTape): boolean =>
  written > new Set(chunks.map(({ tapeSequence }) => tapeSequence)).size;

/**
 * A tape as it lies: labels and headers grey, chunks of sets that expired in the fill for that, then every chunk where it is. The view
 * covers what is written, and a little more.
 */
export const layTape = (
  chunks: readonly TapeChunk[],
  { bytesUsed: used, bytesCapacity: capacity, chunks: written }: WholeTape,
  width: number,
): TapeLayout => {
  const span = Math.max(1, Math.min(Math.max(capacity, used), used * 1.06));
  const scale = width / span;
  const numbers = setNumbers(chunks);
  const pieces: Piece[] = [];
  let end = 0;
  let next = 0;
  const other = (bytes: number, sequence: number): void => {
    if (bytes > 0) pieces.push({ bytes, set: sequence > next ? EXPIRED : -1, metadata: false });
  };
  for (const chunk of chunks) {
    other(chunk.offset - end, chunk.tapeSequence);
    next = chunk.tapeSequence + 1;
    pieces.push({ bytes: chunk.bytes, set: numbers.get(chunk.set) ?? -1, metadata: chunk.kind === 'metadata' });
    end = Math.max(end, chunk.offset) + chunk.bytes;
  }
  other(used - end, written);
  return { bars: layBars(pieces, 0, scale), span, scale };
};

/** The chunk under a pixel; null between chunks. */
export const chunkAt = (chunks: readonly TapeChunk[], { scale }: TapeLayout, x: number): TapeChunk | null => {
  const at = x / scale;
  let low = 0;
  let high = chunks.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const chunk = chunks[middle];
    if (!chunk) return null;
    if (at < chunk.offset) high = middle - 1;
    else if (at >= chunk.offset + chunk.bytes) low = middle + 1;
    else return chunk;
  }
  return null;
};
