import type { LayerView } from '../../../shared/contract/volumes.ts';
import type { SegmentMap } from '../../engine/snapshot/segment-map.ts';

/** Runs that are looked at for the largest: what takes a few milliseconds. */
const RUNS_LOOKED = 50_000;
const LARGEST = 5;

/** A map shared out over `cells`, each beginning with segment floor(i × segments / cells), and its largest runs, in their order. */
export const layerView = (map: SegmentMap, cells: number): LayerView => {
  const start = (cell: number): number => Math.floor((cell * map.segments) / cells);
  const counts = Array.from({ length: cells }, (_, cell) => map.countIn(start(cell), start(cell + 1)));
  return { segments: counts.reduce((sum, count) => sum + count, 0), cells: counts, ...largestRuns(map) };
};

const largestRuns = (map: SegmentMap): Pick<LayerView, 'largest' | 'whole'> => {
  const largest: [number, number][] = [];
  let looked = 0;
  let least = 0;
  for (const { start, count } of map.runs()) {
    looked += 1;
    if (looked > RUNS_LOOKED) break;
    if (largest.length === LARGEST && count <= least) continue;
    largest.push([start, count]);
    largest.sort(([, one], [, other]) => other - one);
    largest.splice(LARGEST);
    least = largest.at(-1)?.[1] ?? 0;
  }
  return { largest: largest.sort(([one], [other]) => one - other), whole: looked <= RUNS_LOOKED };
};
