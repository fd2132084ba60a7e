import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { openDevice } from '../../engine/snapshot/open-device.ts';
import type { SegmentMap } from '../../engine/snapshot/segment-map.ts';
import { diskMissing } from '../../engine/snapshot/space-errors.ts';
import type { VolumeRow } from '../../engine/snapshot/space-state.ts';
import { segmentsInPiece } from '../backup/scan-volumes.ts';
import { mapView } from './views.ts';

/** Runs of allocation that are asked for at a time; then others have their turn. */
const RUNS_AT_ONCE = 1024;

/** What a full backup would read of a volume now: its disk is looked at, and not taken up. Throws `NO_SUCH_VOLUME` when it is not there. */
export const measureVolume = async (
  { name, path, size, segmentBytes }: VolumeRow,
  unprotected: SegmentMap,
  signal: AbortSignal,
): Promise<OutputOf<'volume.measure'>['volumes'][number]> => {
  const view = mapView(unprotected);
  unprotected.keepWholeGroups(segmentsInPiece(segmentBytes));
  /** How much of a run is left out. */
  const leftOutOf = (offset: number, length: number): number => {
    let total = 0;
    for (const { start, count } of unprotected.runs(
      Math.floor(offset / segmentBytes),
      Math.ceil((offset + length) / segmentBytes),
    )) {
      const end = Math.min(offset + length, (start + count) * segmentBytes);
      total += end - Math.max(offset, start * segmentBytes);
    }
    return total;
  };
  const device = openedDisk(name, path);
  try {
    const counts = { bytes: 0, holeBytes: 0, leftOutBytes: 0 };
    const end = Math.min(size, device.size);
    for (let at = 0; at < end; ) {
      signal.throwIfAborted();
      const runs = device.allocation(at, end - at, RUNS_AT_ONCE);
      if (runs.length === 0) throw new RangeError(`the disk of ${name} does not say what is at ${at}`);
      for (const { offset, length, hole, zero } of runs) {
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
