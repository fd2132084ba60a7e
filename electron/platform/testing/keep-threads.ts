import { keepThreads } from '../job-thread.ts';

/** How long tests keep the threads of a job for those of the next, as a console does; milliseconds. */
export const KEPT_MS = 60_000;

// Nobody looks at the memory of tests, and to collect it takes them a twentieth of their time.
keepThreads(KEPT_MS, KEPT_MS);
