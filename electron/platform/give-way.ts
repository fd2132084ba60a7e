import { getPriority, setPriority } from 'node:os';
import { isMainThread } from 'node:worker_threads';

/** Added to the nice value (setpriority(2)): about a fifth of the share of a thread that did not give way. */
const STEP = 7;
const NICEST = 19;

/**
 * Has the calling thread give way from now on, for as long as it lives: threads that move data come after those that answer
 * people and serve disks when there are not cores enough for all; where there are, nothing changes. On Linux, where a nice
 * value is a thread's own and 0 names the caller; elsewhere it would be that of the whole process, which stays as it is.
 * Where the system refuses, too. Threads that it starts give way with it.
 */
export const giveWay = (): void => {
  if (process.platform !== 'linux' || isMainThread) return;
  try {
    setPriority(0, Math.min(NICEST, getPriority(0) + STEP));
  } catch {
    // A sandbox without that call: work goes on as it would have.
  }
};
