import type { ConsoleEvent } from '../../../shared/contract/events.ts';
import type { JobRecord } from '../../../shared/contract/jobs.ts';
import type { JobRequest } from '../jobs/request.ts';
import type { CallContext, ConsoleParts } from './parts.ts';

/** Runs a call as a job: its progress goes to the caller, the caller's cancelling to the job. */
export const runAsJob = async <Result>(
  { board }: ConsoleParts,
  { signal, emit }: CallContext,
  request: JobRequest<Result>,
  started?: (id: string) => void,
): Promise<Result> => {
  signal.throwIfAborted();
  const { id, outcome, waitsFor } = board.submit(request);
  if (waitsFor.length > 0) emit(waitingEvent(id, waitsFor));
  started?.(id);
  const stopHearing = board.onChange(
    (job, what) => {
      if (job.id === id) emit(what === 'progress' ? progressEvent(job) : { event: 'job', job });
    },
    { passing: true },
  );
  const cancel = () => board.cancel(id);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await outcome;
  } finally {
    signal.removeEventListener('abort', cancel);
    stopHearing();
  }
};

/** What a call waits for, as an event. */
export const waitingEvent = (job: string | null, jobs: readonly JobRecord[]): ConsoleEvent => ({
  event: 'waiting',
  job,
  for: jobs.map(({ id, kind, state, object, vault }) => ({ job: id, kind, state, object, vault })),
});

/** A job's latest sample as an event. */
export const progressEvent = ({ id, kind, state, progress }: JobRecord): ConsoleEvent => ({
  event: 'progress',
  job: id,
  kind,
  state,
  ...(progress ?? NOTHING_YET),
});

const NOTHING_YET = {
  phase: 'queued',
  elementsDone: 0,
  elementsTotal: null,
  bytesRead: 0,
  bytesStored: 0,
  bytesTotal: null,
  rate: 0,
  etaMs: null,
};
