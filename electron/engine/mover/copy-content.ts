import { hash } from 'node:crypto';
import fs from 'node:fs';
import { UNIT_BYTES, WHOLE_DIGEST_BYTES } from '../../../shared/model/element.ts';
import { SEGMENT_BYTES } from '../../../shared/units.ts';
import type { Accumulator } from './accumulator.ts';
import type { ExtentBuilder } from './extent-builder.ts';
import type { PriorContent } from './prior-content.ts';

/** A run of content within an element: what the map says is there, with its place on the source device. */
export interface ContentRun {
  readonly offset: number;
  readonly length: number;
  readonly address: number | null;
}

/** Counts of one front end, in shared memory so that they can be sampled while it works. */
export interface CopyCounters {
  bytesRead: number;
  segments: number;
}

/** One element's content on its way into the accumulation. */
export interface CopyTarget {
  readonly accumulator: Accumulator;
  readonly set: string;
  readonly extents: ExtentBuilder;
  readonly prior: PriorContent;
  readonly counters: CopyCounters;
}

/** Length of the next piece at `offset`: whole runs of short files, else up to the next segment boundary of the element. */
const pieceLength = (offset: number, left: number, size: number): number =>
  size <= WHOLE_DIGEST_BYTES ? Math.min(left, UNIT_BYTES) : Math.min(left, SEGMENT_BYTES - (offset % SEGMENT_BYTES));

/** Reads up to `length` bytes; fewer only at the end of the file. */
const readFully = (fd: number, into: Buffer, length: number, position: number): number => {
  let got = 0;
  while (got < length) {
    const read = fs.readSync(fd, into, got, length - got, position + got);
    if (read === 0) break;
    got += read;
  }
  return got;
};

/**
 * Copies one run: reads it in large strides into the open unit, digests each piece, and keeps what is not known already.
 * Returns whether the file held all of the run; it does not when it was truncated meanwhile.
 */
export const copyRun = async (fd: number, size: number, run: ContentRun, target: CopyTarget): Promise<boolean> => {
  const { accumulator } = target;
  const end = run.offset + run.length;
  let offset = run.offset;
  while (offset < end) {
    const first = pieceLength(offset, end - offset, size);
    if (!accumulator.fits(first)) await accumulator.makeRoom(first);
    const stride = Math.min(end - offset, wholePieces(accumulator.room, first, size));
    const got = readFully(fd, accumulator.tail, stride, offset);
    target.counters.bytesRead += got;
    keepPieces(offset, got, size, run, target);
    if (got < stride) return false;
    offset += stride;
  }
  return true;
};

/** The longest stride that ends at a piece boundary and fits the room. */
const wholePieces = (room: number, first: number, size: number): number =>
  size <= WHOLE_DIGEST_BYTES ? first : first + Math.floor((room - first) / SEGMENT_BYTES) * SEGMENT_BYTES;

/** Digests what was just read into the tail, piece by piece; pieces that are known give their room to those behind them. */
const keepPieces = (start: number, bytes: number, size: number, run: ContentRun, target: CopyTarget): void => {
  const { accumulator, counters, extents, prior, set } = target;
  const read = accumulator.tail.subarray(0, bytes);
  let at = 0;
  let kept = 0;
  while (at < bytes) {
    const offset = start + at;
    const length = pieceLength(offset, bytes - at, size);
    const digest = hash('sha256', read.subarray(at, at + length), 'buffer');
    const sourceAddress = run.address === null ? null : run.address + (offset - run.offset);
    const known = prior.pieceAt(offset, length);
    if (known && digest.equals(known.digest)) {
      const { set: from, chunk, unit } = known.extent;
      extents.add({ offset, length, sourceAddress, set: from, chunk, unit, unitOffset: known.unitOffset, digest });
    } else {
      if (kept !== at) read.copyWithin(kept, at, at + length);
      extents.add({ offset, length, sourceAddress, set, ...accumulator.place(), digest });
      accumulator.keep(length);
      kept += length;
      counters.segments += Math.ceil(length / SEGMENT_BYTES);
    }
    at += length;
  }
};
