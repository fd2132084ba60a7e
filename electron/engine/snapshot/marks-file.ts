import { dirname, join } from 'node:path';
import { syncDirectory } from '../../platform/durable-write.ts';
import { isErrno } from '../../platform/errno.ts';
import type { OpenPositional, PositionalFile } from '../../platform/positional-file.ts';
import type { Unprotected } from './block-runs.ts';
import { SegmentMap, wordsFor } from './segment-map.ts';

export const unwantedPath = (folder: string, checkpoint: string): string => join(folder, `unwanted-${checkpoint}`);

/** What is unprotected of a volume, by the number that its row gives. */
export const protectionPath = (folder: string, number: number): string => join(folder, `unprotected-${number}`);

/** Bytes that are written at a time when a file of marks is made. */
const PIECE = 1024 * 1024;

export const marksPath = (folder: string, generation: number): string => join(folder, `marks-${generation}`);

/**
 * The persisted snapshot map: words of the map at their place, little-endian. A word is on file before the data that it speaks of
 * is written, so that the end of the process loses no change; a new generation begins with each snapshot.
 */
export class MarksFile {
  readonly #folder: string;
  readonly #open: OpenPositional;
  readonly #word = Buffer.alloc(4);
  #file: PositionalFile | null = null;
  #generation = -1;

  constructor(folder: string, open: OpenPositional) {
    this.#folder = folder;
    this.#open = open;
  }

  /** Writes one word of the map of a generation. */
  write(generation: number, word: number, value: number): void {
    if (this.#file === null || generation !== this.#generation) this.#follow(generation);
    this.#word.writeInt32LE(value, 0);
    this.#file?.write(this.#word, word * 4);
  }

  close(): void {
    this.#file?.close();
    this.#file = null;
  }

  #follow(generation: number): void {
    this.close();
    this.#file = this.#open(marksPath(this.#folder, generation), 'update');
    this.#generation = generation;
  }
}

/** Makes a file with the content of a map, durably and with all its room: a full disk shows now and not at a write of the volume. */
export const writeMap = (path: string, map: SegmentMap, open: OpenPositional): void =>
  writeParts(path, [map.words], open);

/** The same for what is unprotected: the map, and behind it the runs of blocks, as little-endian doubles. */
export const writeUnprotected = (path: string, { segments, blocks }: Unprotected, open: OpenPositional): void =>
  writeParts(path, [segments.words, blocks], open);

const writeParts = (path: string, parts: readonly (Int32Array | Float64Array)[], open: OpenPositional): void => {
  const file = open(path, 'create');
  try {
    let end = 0;
    for (const part of parts) {
      const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
      for (let at = 0; at < bytes.length; at += PIECE) file.write(bytes.subarray(at, at + PIECE), end + at);
      end += bytes.length;
    }
    file.setLength(end);
    file.sync();
  } finally {
    file.close();
  }
  syncDirectory(dirname(path));
};

/** Reads a map; null when the file is missing or has another length: then it tells nothing. Throws `IO` when it cannot be read. */
export const readMap = (path: string, segments: number, open: OpenPositional): SegmentMap | null => {
  const file = openIfThere(path, open);
  if (file === null) return null;
  try {
    const words = new Int32Array(wordsFor(segments));
    if (file.length() !== words.byteLength) return null;
    file.read(new Uint8Array(words.buffer), 0);
    return new SegmentMap(segments, words);
  } finally {
    file.close();
  }
};

/** Reads what is unprotected; null when the file is missing or has a length that none of them has. Throws `IO` when it cannot be read. */
export const readUnprotected = (path: string, segments: number, open: OpenPositional): Unprotected | null => {
  const file = openIfThere(path, open);
  if (file === null) return null;
  try {
    const words = new Int32Array(wordsFor(segments));
    const rest = file.length() - words.byteLength;
    if (rest < 0 || rest % 16 !== 0) return null;
    const blocks = new Float64Array(rest / 8);
    file.read(new Uint8Array(words.buffer), 0);
    if (rest > 0) file.read(new Uint8Array(blocks.buffer), words.byteLength);
    return { segments: new SegmentMap(segments, words), blocks };
  } finally {
    file.close();
  }
};

/** Makes durable what any thread wrote to a map; one that is missing stays so. */
export const syncMap = (path: string, open: OpenPositional): void => {
  const file = openIfThere(path, open);
  if (file === null) return;
  try {
    file.sync();
  } finally {
    file.close();
  }
};

const openIfThere = (path: string, open: OpenPositional): PositionalFile | null => {
  try {
    return open(path, 'update');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
};
