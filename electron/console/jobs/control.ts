import type { SetId } from '../../../shared/units.ts';
import type { SharedPaces } from '../../platform/pace.ts';
import { JobPicture, type PictureTaps } from '../pictures/job-picture.ts';
import type { JobControl, ProgressCounters } from '../use-cases.ts';

/** The steering end of a JobControl. */
export interface SteeredControl {
  readonly control: JobControl;
  setPaused(paused: boolean): void;
  /** It is on record as done. */
  done(): void;
  abort(reason: unknown): void;
}

/** Makes a JobControl and the handles that steer it. */
export const steeredControl = (
  report: (counters: ProgressCounters) => void,
  writes: (set: SetId) => void,
  picture: PictureTaps = new JobPicture(),
  paces: SharedPaces | null = null,
): SteeredControl => {
  const aborter = new AbortController();
  const paused = new Int32Array(new SharedArrayBuffer(4));
  const whenDone: (() => void)[] = [];
  const listeners = new Set<(paused: boolean) => void>();
  const setPaused = (value: boolean) => {
    if (Atomics.exchange(paused, 0, value ? 1 : 0) === (value ? 1 : 0)) return;
    if (!value) Atomics.notify(paused, 0);
    for (const listener of listeners) listener(value);
  };
  return {
    control: {
      signal: aborter.signal,
      paused,
      onPauseChange: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      report,
      picture,
      paces,
      writes,
      onDone: (work) => void whenDone.push(work),
    },
    setPaused,
    done: () => {
      for (const work of whenDone.splice(0)) work();
    },
    abort: (reason) => {
      aborter.abort(reason);
      // A job that sleeps through a pause has to wake up to notice that it is over.
      setPaused(false);
    },
  };
};
