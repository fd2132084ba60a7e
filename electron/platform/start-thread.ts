import { WorkerThread } from './worker-thread.ts';
import { type WorkerName, workerEntry } from './workers.ts';

/**
 * Megabytes of the young generation: threads work on buffers outside the heap and make few objects that live long. The
 * catalog's and a rebuild's make rows.
 */
const YOUNG_MB = 8;
const YOUNG_MB_OF: Partial<Record<WorkerName, number>> = {
  catalog: 12,
  connection: 2,
  merge: 2,
  rebuild: 12,
  replica: 2,
  'restore-plan': 2,
  'restore-reader': 2,
  'restore-verifier': 2,
  'restore-writer': 2,
  'tls-client': 2,
};

/** Starts a thread with its setup. */
export const startThread = (name: WorkerName, setup: unknown): WorkerThread =>
  new WorkerThread(name, workerEntry(name), setup, {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB_OF[name] ?? YOUNG_MB },
  });
