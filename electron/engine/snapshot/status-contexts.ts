import type { OpenPositional } from '../../platform/positional-file.ts';
import type { StatusContext } from './block-device.ts';
import { marksPath, readMap, readUnprotected, unwantedPath } from './marks-file.ts';
import { SegmentMap } from './segment-map.ts';

/** Which files tell what changed between a checkpoint and a snapshot. */
export interface ChangesSince {
  readonly checkpoint: string;
  /** Marks files; null when everything counts as changed. */
  readonly generations: readonly number[] | null;
  /** Whether there is a file of what was unprotected at the checkpoint. */
  readonly unwanted: boolean;
}

/** Flags of `coldframe:protected` and of `coldframe:dirty:CHECKPOINT`: 1 is protected, and changed. */
const YES = 1;

/** Digits of a checkpoint's id that name its context. */
export const CHECKPOINT_DIGITS = 12;

/** What is protected, by what is not. */
export const protectedContext = (unprotected: SegmentMap, segmentBytes: number): StatusContext => ({
  name: 'coldframe:protected',
  status: (offset, length, limit) => runsOf(unprotected, segmentBytes, offset, length, limit, false),
});

/** What changed since a checkpoint; its map is read when it is first asked for. */
export const dirtyContext = (
  { checkpoint, generations, unwanted }: ChangesSince,
  {
    folder,
    segments,
    segmentBytes,
  }: { readonly folder: string; readonly segments: number; readonly segmentBytes: number },
  open: OpenPositional,
): StatusContext => {
  let map: SegmentMap | null = null;
  const load = (): SegmentMap => {
    const changed = new SegmentMap(segments);
    if (generations === null) changed.addAll();
    const maps = (generations ?? []).map((generation) => readMap(marksPath(folder, generation), segments, open));
    if (unwanted) maps.push(readUnprotected(unwantedPath(folder, checkpoint), segments, open)?.segments ?? null);
    for (const known of maps) {
      if (known === null) changed.addAll();
      else changed.addMap(known);
    }
    return changed;
  };
  return {
    name: `coldframe:dirty:${checkpoint.slice(0, CHECKPOINT_DIGITS)}`,
    status: (offset, length, limit) => {
      map ??= load();
      return runsOf(map, segmentBytes, offset, length, limit, true);
    },
  };
};

/** Runs of one flag over [offset, offset + length); `set` tells whether the map's segments have it or the others. */
const runsOf = (map: SegmentMap, segmentBytes: number, offset: number, length: number, limit: number, set: boolean) => {
  const runs: { length: number; flags: number }[] = [];
  const end = offset + length;
  const last = Math.ceil(end / segmentBytes);
  for (let at = offset; at < end && runs.length < limit; ) {
    const segment = Math.floor(at / segmentBytes);
    const present = map.has(segment);
    // A bit may change between two looks.
    const stop = Math.min(end, Math.max(segment + 1, map.next(segment, last, !present)) * segmentBytes);
    runs.push({ length: stop - at, flags: present === set ? YES : 0 });
    at = stop;
  }
  return runs;
};
