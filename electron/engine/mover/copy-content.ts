import { hash } from 'node:crypto';
import { UNIT_BYTES, WHOLE_DIGEST_BYTES } from '../../../shared/model/element.ts';
import { SEGMENT_BYTES } from '../../../shared/units.ts';
import type { Accumulator } from './accumulator.ts';
import type { ContentRun } from './content-run.ts';
import type { ExtentBuilder } from './extent-builder.ts';
import type { PriorContent } from './prior-content.ts';
import type { RunControl } from './run-control.ts';
import type { OpenSource } from './source-access.ts';

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
  readonly control: RunControl;
}

/** Length of the next piece at `offset`: whole runs of short files, else up to the next segment boundary of the element. */
const pieceLength = (offset: number, left: number, size: number): number =>
  size <= WHOLE_DIGEST_BYTES ? Math.min(left, UNIT_BYTES) : Math.min(left, SEGMENT_BYTES - (offset % SEGMENT_BYTES));

/**
 * Copies one run: reads it in large strides into the open unit, digests each piece, and keeps what is not known already.
 * Returns whether the file held all of the run; it does not when it was truncated meanwhile.
 */
export const copyRun = async (
  source: OpenSource,
  size: number,
  run: ContentRun,
  target: CopyTarget,
): Promise<boolean> => {
  const { accumulator, control } = target;
  const end = run.offset + run.length;
  let offset = run.offset;
  while (offset < end) {
    const first = pieceLength(offset, end - offset, size);
    if (!accumulator.fits(first)) await accumulator.makeRoom(first);
    const stride = Math.min(end - offset, wholePieces(accumulator.room, first, size));
    if (control.limited('source')) await control.pace('source', stride);
    const got = source.read(accumulator.tail, stride, offset);
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

/**
 * Takes over a run that an earlier set has, piece by piece. Throws when the set does not have all of it: what was to be known and is
 * not must not become a hole.
 */
export const takeOverRun = (size: number, run: ContentRun, { extents, prior }: CopyTarget): void => {
  for (let offset = run.offset; offset < run.offset + run.length; ) {
    const length = pieceLength(offset, run.offset + run.length - offset, size);
    const known = prior.pieceAt(offset, length);
    if (known === null)
      throw new RangeError(`no earlier set has the piece of ${length} bytes at ${offset} that did not change`);
    const { set, chunk, unit } = known.extent;
    const sourceAddress = run.address === null ? null : run.address + (offset - run.offset);
    extents.add({
      offset,
      length,
      sourceAddress,
      set,
      chunk,
      unit,
      unitOffset: known.unitOffset,
      digest: known.digest,
    });
    offset += length;
  }
};
