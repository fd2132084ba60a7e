import { BLOCK_BYTES } from '../../../shared/units.ts';
import type { SegmentMap } from './segment-map.ts';

/** Runs of blocks as pairs of their start and their end, ascending and apart from each other. */
export type BlockRuns = Float64Array<ArrayBuffer>;

/** What of a volume is unprotected: whole segments, and runs of blocks in segments of which other blocks are protected. */
export interface Unprotected {
  readonly segments: SegmentMap;
  readonly blocks: BlockRuns;
}

export const NO_BLOCKS: BlockRuns = new Float64Array();

/** The blocks that are in one of both and not in the other. */
export const differing = (one: BlockRuns, other: BlockRuns): BlockRuns => {
  const bounds: number[] = [];
  let [first, second] = [0, 0];
  while (first < one.length || second < other.length) {
    const [mine, its] = [one[first] ?? Number.POSITIVE_INFINITY, other[second] ?? Number.POSITIVE_INFINITY];
    // Where both begin or end, neither of them makes a difference.
    if (mine !== its) bounds.push(Math.min(mine, its));
    if (mine <= its) first += 1;
    if (its <= mine) second += 1;
  }
  return new Float64Array(bounds);
};

/** The blocks that are in the first and not in the second. */
export const without = (one: BlockRuns, other: BlockRuns): BlockRuns => {
  const bounds: number[] = [];
  for (let at = 0; at < one.length; at += 2) {
    const [start, end] = [one[at] as number, one[at + 1] as number];
    let from = start;
    for (const [first, last] of pairsWithin(other, start, end)) {
      if (first > from) bounds.push(from, first);
      from = last;
    }
    if (from < end) bounds.push(from, end);
  }
  return new Float64Array(bounds);
};

/** The blocks that are in one of both at least. */
export const together = (one: BlockRuns, other: BlockRuns): BlockRuns => {
  const rest = without(other, one);
  return differing(one, rest);
};

export const blockCount = (runs: BlockRuns): number =>
  runs.reduce((sum, bound, at) => sum + (at % 2 === 0 ? -bound : bound), 0);

/** The segments of a map as blocks, the last one cut to the end of the volume. */
export const blocksOf = (map: SegmentMap, segmentBytes: number, size: number): BlockRuns => {
  const each = segmentBytes / BLOCK_BYTES;
  const end = Math.ceil(size / BLOCK_BYTES);
  const runs = Array.from(map.runs());
  return new Float64Array(runs.flatMap(({ start, count }) => [start * each, Math.min(end, (start + count) * each)]));
};

/** Adds the segments that have one of the blocks. */
export const addSegmentsOf = (map: SegmentMap, runs: BlockRuns, segmentBytes: number): void => {
  const each = segmentBytes / BLOCK_BYTES;
  for (let at = 0; at < runs.length; at += 2) {
    const first = Math.floor((runs[at] as number) / each);
    const end = Math.min(map.segments, Math.ceil((runs[at + 1] as number) / each));
    if (end > first) map.addRun(first, end - first);
  }
};

/** The parts in bytes that lie within [start, end) bytes; a last block of a volume may be a short one. */
export const bytesWithin = (
  runs: BlockRuns,
  start: number,
  end: number,
): { readonly offset: number; readonly length: number }[] =>
  pairsWithin(runs, start / BLOCK_BYTES, end / BLOCK_BYTES).map(([first, last]) => ({
    offset: first * BLOCK_BYTES,
    length: (last - first) * BLOCK_BYTES,
  }));

/** The parts of runs within [start, end). */
const pairsWithin = (runs: BlockRuns, start: number, end: number): [start: number, end: number][] => {
  const found: [number, number][] = [];
  for (let at = firstEndingAfter(runs, start); at < runs.length && (runs[at] as number) < end; at += 2)
    found.push([Math.max(start, runs[at] as number), Math.min(end, runs[at + 1] as number)]);
  return found;
};

/** Where the first run that ends after a place begins in the list. */
const firstEndingAfter = (runs: BlockRuns, start: number): number => {
  let [low, high] = [0, runs.length / 2];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((runs[2 * middle + 1] as number) > start) high = middle;
    else low = middle + 1;
  }
  return 2 * low;
};
