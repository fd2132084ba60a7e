import { availableParallelism } from 'node:os';
import { ColdframeError } from '../../../../shared/errors.ts';
import { failpoint } from '../../../platform/failpoints.ts';
import type { SharedRunControl } from '../../mover/run-control.ts';
import type { BlockRuns } from '../../snapshot/block-runs.ts';
import { CallingThread } from '../execute/calling-thread.ts';
import type { SetVolumeSpec } from '../instant/set-volume.ts';
import type { PlaceFound } from '../instant/unit-source.ts';
import type { CopyAnswer, CopyRequest, CopySetup, LostRun } from './copy-protocol.ts';

const THREADS_MOST = 2;
const REPORT_MS = 250;
/** The number of a part that no device has. */
const NO_PART = 0x3fff_ffff;

export interface CopyOptions {
  readonly control: SharedRunControl;
  readonly unprotected: BlockRuns;
  readonly onProgress: (bytes: number) => void;
}

/** What a copy came to. `bytes`: content that was written, without zeroes. */
export interface CopyOutcome {
  readonly bytes: number;
  readonly lost: readonly LostRun[];
  readonly lostBytes: number;
  /** Places of chunks at which something could not be had. Several threads may have found the same. */
  readonly found: readonly PlaceFound[];
}

/**
 * Writes a volume of a set over the beginning of a device, holes as zeroes; blocks that cannot be had become zeroes and are named, and those that
 * were unprotected stay as they are. The first MiB is blank until everything else is durable: what is half restored is not taken for a file system. Rejects with CANCELLED, IO.
 */
export const copyToDevice = async (
  volume: SetVolumeSpec,
  device: string,
  { control, unprotected, onProgress }: CopyOptions,
): Promise<CopyOutcome> => {
  const count = Math.max(1, Math.min(THREADS_MOST, availableParallelism()));
  const next = new SharedArrayBuffer(4);
  const written = Array.from({ length: count }, () => new SharedArrayBuffer(8));
  const bytes = (): number => written.reduce((sum, each) => sum + (new Float64Array(each)[0] as number), 0);
  const threads = written.map(
    (own) =>
      new CallingThread<CopyRequest, CopyAnswer>('volume-copy', {
        volume,
        device,
        unprotected,
        control,
        next,
        written: own,
      } satisfies CopySetup),
  );
  const [first] = threads as [(typeof threads)[number]];
  const timer = setInterval(() => onProgress(bytes()), REPORT_MS);
  try {
    await done(first, 'blank');
    const parts = await Promise.all(threads.map(async (thread) => await done(thread, 'copy')));
    failpoint('device:after-copy');
    const all = [...parts, await done(first, 'begin')];
    return {
      bytes: bytes(),
      lost: all.flatMap(({ lost }) => lost).toSorted((one, other) => one.offset - other.offset),
      found: all.flatMap(({ found }) => found),
      lostBytes: all.reduce((sum, { lostBytes }) => sum + lostBytes, 0),
    };
  } catch (error) {
    // The other threads are not to begin another part.
    Atomics.store(new Int32Array(next), 0, NO_PART);
    throw error;
  } finally {
    clearInterval(timer);
    await Promise.all(threads.map(async (thread) => await thread.close({ kind: 'close' })));
  }
};

const done = async (
  thread: CallingThread<CopyRequest, CopyAnswer>,
  kind: CopyRequest['kind'],
): Promise<Extract<CopyAnswer, { kind: 'done' }>> => {
  const answer = await thread.call({ kind });
  if (answer.kind === 'failed') throw ColdframeError.fromData(answer.error);
  return answer;
};
