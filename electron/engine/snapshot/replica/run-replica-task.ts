import { ColdframeError } from '../../../../shared/errors.ts';
import { startThread } from '../../../platform/start-thread.ts';
import type { ReplicaThreadAnswer, ReplicaThreadSetup } from './replica.worker.ts';
import type { ReplicaTask, ReplicaTaskResult } from './replica-tasks.ts';

/** Does a task in a thread of its own. Errors: those of the task, `THREAD_DIED`. */
export const runReplicaTask = async (task: ReplicaTask, signal: AbortSignal): Promise<ReplicaTaskResult> => {
  const cancelled = new SharedArrayBuffer(4);
  const cancel = (): void => {
    Atomics.store(new Int32Array(cancelled), 0, 1);
  };
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  const worker = startThread('replica', { task, cancelled } satisfies ReplicaThreadSetup);
  try {
    return await new Promise<ReplicaTaskResult>((resolve, reject) => {
      worker.once('message', (answer: ReplicaThreadAnswer) => {
        if (answer.kind === 'done') resolve(answer.result);
        else reject(ColdframeError.fromData(answer.error));
      });
      worker.once('error', reject);
      worker.once('exit', () => reject(died()));
    });
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};

const died = (): ColdframeError =>
  new ColdframeError('THREAD_DIED', {
    message: 'The thread that updates a replica ended in the middle of its work.',
    guidance: 'Update the replica again: it goes on from where it is.',
  });
