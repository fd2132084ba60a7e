import { ColdframeError, type ErrorData } from '../../../shared/errors.ts';
import { startJobThread } from '../../platform/job-thread.ts';
import { endThread } from '../../platform/thread-end.ts';
import type { WorkerName } from '../../platform/workers.ts';
import type { JobControl } from '../use-cases.ts';

/** Of a job, what such a thread is called off by and tells. */
export type TapeJob = Pick<JobControl, 'signal' | 'report'>;

/** How far a thread is that reads a tape through and writes what it reads. */
interface TapeProgress {
  readonly kind: 'progress';
  readonly phase: string;
  readonly bytes: number;
}

interface TapeFailure {
  readonly kind: 'failed';
  readonly error: ErrorData;
}

/**
 * Has a thread of its own do something with a tape of `total` bytes: what `answered` makes of its last answer. Rejects as the thread throws,
 * and with THREAD_DIED, which says in `died` what that means.
 */
export const inTapeThread = async <Request extends object, Answer extends { readonly kind: string }, Result>(
  worker: WorkerName,
  request: Request,
  {
    total,
    job,
    died,
  }: { readonly total: number; readonly job: TapeJob; readonly died: { message: string; guidance: string } },
  answered: (answer: Answer) => Result,
): Promise<Result> => {
  const cancelled = new Int32Array(new SharedArrayBuffer(4));
  const thread = startJobThread<Answer | TapeProgress | TapeFailure>(worker, null);
  const cancel = (): void => void Atomics.store(cancelled, 0, 1);
  job.signal.addEventListener('abort', cancel, { once: true });
  if (job.signal.aborted) cancel();
  try {
    return await new Promise<Result>((resolve, reject) => {
      const end = (cause?: unknown): void => reject(new ColdframeError('THREAD_DIED', { ...died, cause }));
      thread.on('message', (answer: Answer | TapeProgress | TapeFailure) => {
        if (isProgress(answer)) tell(job, answer, total);
        else if (isFailure(answer)) reject(ColdframeError.fromData(answer.error));
        else resolve(answered(answer));
      });
      thread.on('error', end);
      thread.on('exit', () => end());
      thread.postMessage({ ...request, cancelled });
    });
  } finally {
    job.signal.removeEventListener('abort', cancel);
    await endThread(thread);
  }
};

const isProgress = (answer: { readonly kind: string }): answer is TapeProgress => answer.kind === 'progress';
const isFailure = (answer: { readonly kind: string }): answer is TapeFailure => answer.kind === 'failed';

const tell = (job: TapeJob, { phase, bytes }: TapeProgress, total: number): void =>
  job.report({
    phase,
    elementsDone: 0,
    elementsTotal: null,
    bytesRead: bytes,
    bytesStored: phase === 'copying' ? bytes : total,
    bytesTotal: total,
  });
