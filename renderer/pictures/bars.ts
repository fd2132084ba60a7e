/** The number of what belongs to no set any more. */
export const EXPIRED = -2;

/** A run of one block set along a picture: from `x`, so wide, in pixels. `set` -1: labels and other than chunks; `EXPIRED`. */
export interface Bar {
  readonly x: number;
  readonly width: number;
  readonly set: number;
  readonly metadata: boolean;
  /** Which of the pieces is its first. */
  readonly first: number;
}

/** A piece to lay out: bytes, and whose they are. */
export interface Piece {
  readonly bytes: number;
  readonly set: number;
  readonly metadata: boolean;
}

/** Narrower bars than this are drawn as one, in the colour of whoever has most of it. */
export const NARROWEST = 2;

/** Lays pieces side by side from `x`, `scale` pixels a byte; never more bars than pixels, whatever the number of pieces. */
export const layBars = (pieces: readonly Piece[], x: number, scale: number): Bar[] => {
  const bars: Bar[] = [];
  const shares = new Map<number, number>();
  let start = 0;
  let end = 0;
  let metadata = true;
  let first = 0;
  const finish = (next: number) => {
    if (end === start) return;
    const [most] = [...shares].reduce((a, b) => (b[1] > a[1] ? b : a), [-1, 0]);
    bars.push({ x: x + start * scale, width: (end - start) * scale, set: most, metadata, first });
    shares.clear();
    start = end;
    metadata = true;
    first = next;
  };
  for (const [at, piece] of pieces.entries()) {
    end += piece.bytes;
    shares.set(piece.set, (shares.get(piece.set) ?? 0) + piece.bytes);
    metadata &&= piece.metadata;
    if ((end - start) * scale >= NARROWEST) finish(at + 1);
  }
  finish(pieces.length);
  return bars;
};
