import type { BlockDevice } from '../snapshot/block-device.ts';
import type { ChosenContext } from './meta-contexts.ts';
import { STATE } from './protocol.ts';

interface Run {
  readonly length: number;
  readonly flags: number;
}

/** Runs of one context from `offset` on, at most `limit`, none beyond `length`, neighbours that are alike as one. */
export const statusRuns = (
  device: BlockDevice,
  { place }: ChosenContext,
  offset: number,
  length: number,
  limit: number,
): Run[] => {
  const found =
    place === null
      ? device.allocation(offset, length, limit).map(
          (run): Run => ({
            length: run.length,
            flags: (run.hole ? STATE.hole : 0) | (run.zero ? STATE.zero : 0),
          }),
        )
      : (device.contexts[place]?.status(offset, length, limit) ?? []);
  return fitting(found, length, limit);
};

/** A device that says too much must not become an invalid reply, and nothing may be made up where it says nothing. */
const fitting = (found: readonly Run[], length: number, limit: number): Run[] => {
  const runs: { length: number; flags: number }[] = [];
  let left = length;
  for (const run of found) {
    const part = Math.min(run.length, left);
    if (part <= 0) continue;
    const last = runs.at(-1);
    if (last?.flags === run.flags) last.length += part;
    else if (runs.length === limit) break;
    else runs.push({ length: part, flags: run.flags });
    left -= part;
  }
  if (runs.length === 0) throw new Error('A volume told nothing about a part of it.');
  return runs;
};
