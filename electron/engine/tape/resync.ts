import { WORD_BYTES } from './container.ts';
import type { RecordPattern, TapePosition } from './medium.ts';

const WINDOW_BYTES = 1_048_576;
const SECTOR_BYTES = 4096;

/**
 * Looks for the next intact record of a pattern in the bytes [from, end) of a `.tap` file, whatever lies between:
 * docs/MEDIA-FORMAT.md, section 4. `read` fills a buffer from an offset. Gives its position, or null.
 */
export const findRecord = (
  pattern: RecordPattern,
  from: number,
  end: number,
  read: (into: Buffer, at: number) => void,
): TapePosition | null => {
  const framed = pattern.bytes + 2 * WORD_BYTES;
  const window = Buffer.allocUnsafe(Math.max(0, Math.min(WINDOW_BYTES + framed, end - from)));
  for (let start = from; start + framed <= end; start += WINDOW_BYTES) {
    const bytes = window.subarray(0, Math.min(window.length, end - start));
    readAround(bytes, start, read);
    for (let at = bytes.indexOf(pattern.magic); at >= 0; at = bytes.indexOf(pattern.magic, at + 1)) {
      const block = blockAt(pattern, bytes, at, start);
      if (block !== null) return { block, offset: start + at - WORD_BYTES };
    }
  }
  return null;
};

/** Fills a window; blocks that cannot be read become zeros, so that damage hides no more than itself. */
const readAround = (window: Buffer, start: number, read: (into: Buffer, at: number) => void): void => {
  try {
    read(window, start);
  } catch {
    for (let at = 0; at < window.length; at += SECTOR_BYTES) {
      const sector = window.subarray(at, at + SECTOR_BYTES);
      try {
        read(sector, start + at);
      } catch {
        sector.fill(0);
      }
    }
  }
};

/** The block number of the record whose data begins at `at` of the window, or null when it is none. */
const blockAt = (pattern: RecordPattern, bytes: Buffer, at: number, start: number): number | null => {
  const behind = at + pattern.bytes;
  if (at < WORD_BYTES || behind + WORD_BYTES > bytes.length) return null;
  if (bytes.readUInt32LE(at - WORD_BYTES) !== pattern.bytes || bytes.readUInt32LE(behind) !== pattern.bytes)
    return null;
  return pattern.blockOf(Buffer.from(bytes.subarray(at, behind)), start + at - WORD_BYTES);
};
