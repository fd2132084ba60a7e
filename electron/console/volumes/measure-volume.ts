import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { blocksOf, bytesWithin, together, type Unprotected } from '../../engine/snapshot/block-runs.ts';
import { openDevice } from '../../engine/snapshot/open-device.ts';
import { diskMissing } from '../../engine/snapshot/space-errors.ts';
import type { VolumeRow } from '../../engine/snapshot/space-state.ts';
import { mapView } from './views.ts';

/** Runs of allocation that are asked for at a time; then others have their turn. */
const RUNS_AT_ONCE = 1024;

/** What a full backup would read of a volume now: its disk is looked at, and not taken up. Throws `NO_SUCH_VOLUME` when it is not there. */
export const measureVolume = async (
  { name, path, size, segmentBytes }: VolumeRow,
  unprotected: Unprotected,
  signal: AbortSignal,
): Promise<OutputOf<'volume.measure'>['volumes'][number]> => {
  const view = mapView(unprotected.segments);
  const runs = together(blocksOf(unprotected.segments, segmentBytes, size), unprotected.blocks);
  /** How much of a run is left out. */
  const leftOutOf = (offset: number, length: number): number =>
    bytesWithin(runs, offset, offset + length).reduce((sum, part) => sum + part.length, 0);
  const device = openedDisk(name, path);
  try {
    const counts = { bytes: 0, holeBytes: 0, leftOutBytes: 0 };
    const end = Math.min(size, device.size);
    for (let at = 0; at < end; ) {
      signal.throwIfAborted();
      const allocated = device.allocation(at, end - at, RUNS_AT_ONCE);
      if (allocated.length === 0) throw new RangeError(`the disk of ${name} does not say what is at ${at}`);
      for (const { offset, length, hole, zero } of allocated) {
        const out = leftOutOf(offset, length);
        counts.leftOutBytes += out;
        counts[hole && zero ? 'holeBytes' : 'bytes'] += length - out;
        at = offset + length;
      }
      await nextTurn();
    }
    return { volume: name, size: end, segmentBytes, ...counts, unprotected: view };
  } finally {
    device.close();
  }
};

const openedDisk = (name: string, path: string) => {
  try {
    return openDevice({ kind: 'file', path, readOnly: true });
  } catch (error) {
    if ((error as { context?: { errno?: unknown } }).context?.errno === 'ENOENT') throw diskMissing(name, path);
    throw error;
  }
};
