import { ColdframeError } from '../../../shared/errors.ts';
import { BLOCK_BYTES } from '../../../shared/units.ts';
import { blocksOf, type Unprotected, without } from '../../engine/snapshot/block-runs.ts';
import { SegmentMap } from '../../engine/snapshot/segment-map.ts';
import type { VolumeRow } from '../../engine/snapshot/space-state.ts';

/**
 * What is unprotected, from runs of blocks `[start, count]` in any order: the segments all of whose blocks are, and the blocks that are in
 * others. Throws `USAGE` for a run that is not within the volume.
 */
export const protectionOf = (
  { name, size, segmentBytes }: Pick<VolumeRow, 'name' | 'size' | 'segmentBytes'>,
  runs: readonly (readonly [number, number])[],
): Unprotected => {
  const count = Math.ceil(size / BLOCK_BYTES);
  const perSegment = segmentBytes / BLOCK_BYTES;
  const segments = new SegmentMap(Math.ceil(size / segmentBytes));
  const all = joined(runs, count, name);
  for (const [start, end] of all) {
    const first = Math.ceil(start / perSegment);
    const last = end === count ? segments.segments : Math.floor(end / perSegment);
    if (last > first) segments.addRun(first, last - first);
  }
  const blocks = without(new Float64Array(all.flat()), blocksOf(segments, segmentBytes, size));
  return { segments, blocks };
};

/** Runs `[start, end)` in order, those that touch or overlap made one. */
const joined = (runs: readonly (readonly [number, number])[], blocks: number, volume: string): [number, number][] => {
  const sorted = runs.toSorted(([one], [other]) => one - other);
  const found: [number, number][] = [];
  for (const [start, count] of sorted) {
    const end = start + count;
    if (count === 0 || end > blocks) throw outside(volume, start, count, blocks);
    const last = found.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else found.push([start, end]);
  }
  return found;
};

const outside = (volume: string, start: number, count: number, blocks: number): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `The run of ${count} blocks from block ${start} on is not within the volume ${volume}, which has ${blocks} blocks.`,
    guidance: 'Blocks are 4 KiB and count from 0; a run has one block at least. Nothing was changed.',
    context: { volume, start, count, blocks },
  });
