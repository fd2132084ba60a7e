import { wordsFor } from '../../snapshot/segment-map.ts';
import type { SetVolumeSpec } from './set-volume.ts';

/** Words of the map that are written to its file as one, and the bytes that they take there. */
export const PAGE_WORDS = 1024;
export const PAGE_BYTES = PAGE_WORDS * 4;
/** Places in the shared words of an overlay; behind them one a page that is to be written. */
export const OVERLAY_WORD = { writers: 0, flushing: 1, failed: 2, pages: 3 } as const;

const BLOCK_BYTES = 4096;
/** Larger volumes are overlaid in larger pieces, so that the map stays below 32 MiB. */
const PIECES_MOST = 2 ** 28;

/** A volume with a private overlay: what is written goes there, what it has not comes from below. Crosses ports as it is. */
export interface OverlaySpec {
  readonly kind: 'overlay';
  readonly base: SetVolumeSpec;
  /** Sparse, as long as the volume; only what the map has is believed. */
  readonly path: string;
  /** Where the map is kept; null for an overlay that ends with its server. */
  readonly mapPath: string | null;
  /** A power of two of blocks: what the map has a bit for. */
  readonly pieceBytes: number;
  readonly map: SharedArrayBuffer;
  readonly words: SharedArrayBuffer;
}

export const pieceBytesFor = (size: number): number => {
  let piece = BLOCK_BYTES;
  while (size / piece > PIECES_MOST) piece *= 2;
  return piece;
};

/** An overlay in which nothing is written yet. */
export const overlayOver = (base: SetVolumeSpec, path: string, mapPath: string | null): OverlaySpec => {
  const pieceBytes = pieceBytesFor(base.size);
  const words = Math.ceil(wordsFor(Math.ceil(base.size / pieceBytes)) / PAGE_WORDS) * PAGE_WORDS;
  return {
    kind: 'overlay',
    base,
    path,
    mapPath,
    pieceBytes,
    map: new SharedArrayBuffer(words * 4),
    words: new SharedArrayBuffer((OVERLAY_WORD.pages + words / PAGE_WORDS) * 4),
  };
};
