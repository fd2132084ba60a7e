import { ColdframeError } from '../../../shared/errors.ts';
import type {
  TapeReadThrough,
  TapeTransferAnswer,
  TapeTransferRequest,
} from '../../engine/tape/tape-transfer-protocol.ts';
import { startJobThread } from '../../platform/job-thread.ts';
import { endThread } from '../../platform/thread-end.ts';
import type { JobControl } from '../use-cases.ts';

/** Makes a file of a tape, or compares the two, in a thread of its own; null when they differ. Rejects as `transferTape` throws. */
export const transferInThread = async (
  request: Omit<TapeTransferRequest, 'cancelled'>,
  total: number,
  job: JobControl,
): Promise<TapeReadThrough | null> => {
  const cancelled = new Int32Array(new SharedArrayBuffer(4));
  const thread = startJobThread<TapeTransferAnswer>('tape-transfer', null);
  const cancel = (): void => void Atomics.store(cancelled, 0, 1);
  job.signal.addEventListener('abort', cancel, { once: true });
  if (job.signal.aborted) cancel();
  try {
    return await new Promise((resolve, reject) => {
      thread.on('message', (answer: TapeTransferAnswer) => {
        if (answer.kind === 'transferred') resolve(answer);
        else if (answer.kind === 'different') resolve(null);
        else if (answer.kind === 'failed') reject(ColdframeError.fromData(answer.error));
        else tell(job, answer, total);
      });
      thread.on('error', (cause) => reject(died(cause)));
      thread.on('exit', () => reject(died(undefined)));
      thread.postMessage({ ...request, cancelled } satisfies TapeTransferRequest);
    });
  } finally {
    job.signal.removeEventListener('abort', cancel);
    await endThread(thread);
  }
};

const tell = (
  job: JobControl,
  { phase, bytes }: Extract<TapeTransferAnswer, { kind: 'progress' }>,
  total: number,
): void =>
  job.report({
    phase,
    elementsDone: 0,
    elementsTotal: null,
    bytesRead: bytes,
    bytesStored: phase === 'copying' ? bytes : total,
    bytesTotal: total,
  });

const died = (cause: unknown): ColdframeError =>
  new ColdframeError('THREAD_DIED', {
    message: 'The thread that moved a tape has ended.',
    guidance: 'Nothing was changed. Run the command again.',
    cause,
  });
