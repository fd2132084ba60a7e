import type { ConsoleEvent } from '../../../shared/contract/events.ts';
import type { JobBoard } from '../jobs/board.ts';
import type { Seen } from './job-picture.ts';

const EVERY_MS = 250;

/**
 * Tells of a job as pictures until it has ended or the caller has gone. What a caller could not take comes with the next
 * one: nothing that is only told once gets lost.
 */
export const followJob = async (
  board: JobBoard,
  job: string,
  signal: AbortSignal,
  emit: (event: ConsoleEvent) => boolean,
): Promise<void> => {
  let seen: Seen | null = null;
  const tell = (): boolean => {
    const drawn = board.draw(job, seen);
    if (drawn === null) return false;
    if (emit({ event: 'picture', picture: drawn.picture })) seen = drawn.seen;
    return true;
  };
  const { promise: over, resolve, reject } = Promise.withResolvers<void>();
  const timer = setInterval(() => {
    try {
      if (!tell()) resolve();
    } catch (error) {
      reject(error);
    }
  }, EVERY_MS);
  signal.addEventListener('abort', () => resolve(), { once: true });
  try {
    if (signal.aborted || !tell()) return;
    await over;
  } finally {
    clearInterval(timer);
  }
};
