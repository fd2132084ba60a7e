import type { BlockDevice } from '../snapshot/block-device.ts';
import type { ContentRun } from './content-run.ts';

/** Runs of allocation that are asked for at a time. */
const RUNS_AT_ONCE = 4096;

/** What of a run of a volume does not read as zeroes, as its device knows without reading it. */
export const dataIn = (device: BlockDevice, { offset, length }: ContentRun): ContentRun[] => {
  const found: ContentRun[] = [];
  const end = offset + length;
  for (let at = offset; at < end; ) {
    const runs = device.allocation(at, end - at, RUNS_AT_ONCE);
    if (runs.length === 0) throw new RangeError(`the device does not say what is at ${at}`);
    for (const run of runs) {
      const start = at;
      at = Math.min(end, run.offset + run.length);
      if (run.zero) continue;
      const last = found.at(-1);
      // Runs of other kinds of data are one, so that no piece ends between them.
      if (last !== undefined && last.offset + last.length === start)
        found[found.length - 1] = { ...last, length: at - last.offset };
      else found.push({ offset: start, length: at - start, address: start });
    }
  }
  return found;
};
