import { keepThreads } from '../job-thread.ts';

/** How long tests keep the threads of a job for those of the next, as a console does; milliseconds. */
export const KEPT_MS = 60_000;

keepThreads(KEPT_MS);
