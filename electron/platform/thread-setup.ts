import { workerData } from 'node:worker_threads';
import type { ThreadData } from './undisturbed.ts';

/** What this thread was started with. */
export const threadSetup = <Setup>(): Setup => (workerData as ThreadData).setup as Setup;
