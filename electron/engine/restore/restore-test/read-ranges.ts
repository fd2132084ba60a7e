import { asColdframeError, ColdframeError } from '../../../../shared/errors.ts';
import { RunControl, type SharedRunControl } from '../../mover/run-control.ts';
import { SetDevice } from '../instant/set-device.ts';
import type { SetVolumeSpec } from '../instant/set-volume.ts';
import type { TestFailure } from './compare-sample.ts';
import { numbersFrom } from './random-numbers.ts';

/** What is read at one place. */
const RANGE_BYTES = 1024 * 1024;

export interface RangesOrder {
  readonly volumes: readonly SetVolumeSpec[];
  /** What is read of all together, bytes at most. */
  readonly bytes: number;
  readonly seed: number;
  readonly control: SharedRunControl;
}

export interface RangesRead {
  /** Volumes of which all that was read is right. */
  readonly right: number;
  readonly bytes: number;
  readonly failures: readonly TestFailure[];
  /** Volume ids of tapes that were not there. */
  readonly tapesAway: readonly string[];
}

/**
 * Reads places drawn at random from volumes of a set, straight from the tapes; whatever is read is compared with its digests. Holes, which no
 * tape holds, are passed over. Throws CANCELLED.
 */
export const readRanges = ({ volumes, bytes, seed, control }: RangesOrder): RangesRead => {
  const run = new RunControl(control);
  const random = numbersFrom(seed);
  const failures: TestFailure[] = [];
  const tapesAway = new Set<string>();
  const into = Buffer.allocUnsafe(RANGE_BYTES);
  const ranges = Math.max(1, Math.floor(bytes / RANGE_BYTES / Math.max(1, volumes.length)));
  let [right, read] = [0, 0];
  for (const spec of volumes) {
    const device = new SetDevice(spec);
    try {
      for (let each = 0; each < ranges; each += 1) {
        run.passageSync();
        const at = Math.floor((random() * device.size) / RANGE_BYTES) * RANGE_BYTES;
        const data = device.allocation(at, device.size - at, 2).find(({ hole }) => !hole);
        if (data === undefined) continue;
        const length = Math.min(RANGE_BYTES, data.length);
        device.read(into.subarray(0, length), data.offset);
        read += length;
      }
      right += 1;
    } catch (thrown) {
      const error = asColdframeError(thrown);
      if (error.kind === 'cancelled') throw error;
      const away = error.cause instanceof ColdframeError && error.cause.code === 'NO_SUCH_TAPE';
      if (away && typeof error.context.tape === 'string') tapesAway.add(error.context.tape);
      failures.push({ path: spec.path, code: away ? 'TAPE_AWAY' : 'NOT_RESTORED', message: error.message });
    } finally {
      device.close();
    }
  }
  return { right, bytes: read, failures, tapesAway: [...tapesAway] };
};
