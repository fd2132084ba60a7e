import type { MeasureSample } from '../../../shared/contract/places.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { Selection } from '../../../shared/model/selection.ts';
import { createRunControl, RunControl } from '../../engine/mover/run-control.ts';
import { Thread } from '../backup/thread.ts';
import type { MeasureAnswer, MeasureSetup } from './measure-protocol.ts';

/** Measures that may run at a time; others wait for their turn. */
const AT_A_TIME = 2;
let running = 0;
const waiting: (() => void)[] = [];

/** Counts in a thread of its own what a selection takes and leaves out. Rejects with NO_SUCH_PATH, USAGE, CANCELLED. */
export const runMeasure = async (
  selection: Selection,
  ownFolders: readonly string[],
  signal: AbortSignal,
  sampled: (sample: MeasureSample) => void,
): Promise<MeasureSample> => {
  try {
    while (running >= AT_A_TIME) await turn(signal);
    signal.throwIfAborted();
  } catch (aborted) {
    // It may have been this one that was woken: the turn goes on to the next.
    waiting.shift()?.();
    throw aborted;
  }
  running += 1;
  try {
    return await measure(selection, ownFolders, signal, sampled);
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
};

const turn = async (signal: AbortSignal): Promise<void> => {
  signal.throwIfAborted();
  const { promise, resolve } = Promise.withResolvers<void>();
  waiting.push(resolve);
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
  const at = waiting.indexOf(resolve);
  if (at >= 0) waiting.splice(at, 1);
};

const measure = async (
  selection: Selection,
  ownFolders: readonly string[],
  signal: AbortSignal,
  sampled: (sample: MeasureSample) => void,
): Promise<MeasureSample> => {
  const shared = createRunControl();
  const control = new RunControl(shared);
  const cancel = (): void => control.cancel();
  const { promise, resolve, reject } = Promise.withResolvers<MeasureSample>();
  const hear = (answer: MeasureAnswer): void => {
    if (answer.kind === 'failed') reject(ColdframeError.fromData(answer.error));
    else if (answer.sample.finished) resolve(answer.sample);
    else sampled(answer.sample);
  };
  const setup: MeasureSetup = { selection, ownFolders, control: shared };
  const thread = new Thread<never, MeasureAnswer>('measure', setup, hear, reject);
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    const last = await promise;
    sampled(last);
    return last;
  } finally {
    signal.removeEventListener('abort', cancel);
    await thread.close();
  }
};
