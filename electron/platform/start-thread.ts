import { Worker } from 'node:worker_threads';
import type { SpareSetup } from './thread-setup.ts';
import { type WorkerName, workerEntry } from './workers.ts';

/**
 * Megabytes of the young generation: threads work on buffers outside the heap and make few objects that live long. The
 * catalog's makes rows.
 */
const YOUNG_MB = 8;
const YOUNG_MB_OF: Partial<Record<WorkerName, number>> = {
  catalog: 12,
  connection: 2,
  merge: 2,
  rebuild: 2,
  replica: 2,
  'restore-plan': 2,
  'restore-reader': 2,
  'restore-verifier': 2,
  'restore-writer': 2,
};

interface Spare {
  readonly name: WorkerName;
  readonly worker: Worker;
  readonly told: SharedArrayBuffer;
}

const spares = new Set<Spare>();

/** Starts a thread with its setup; a spare one of that name takes it over. */
export const startThread = (name: WorkerName, setup: unknown): Worker => {
  for (const spare of spares) {
    if (spare.name !== name) continue;
    spares.delete(spare);
    const { worker, told } = spare;
    worker.off('error', ignore);
    worker.ref();
    worker.postMessage(setup);
    Atomics.store(new Int32Array(told), 0, 1);
    Atomics.notify(new Int32Array(told), 0);
    return worker;
  }
  return workerOf(name, setup);
};

/**
 * Starts threads ahead of their work, so that they come to life beside what is done before: a thread takes a tenth of a
 * second for that. `end` ends those that nobody has taken.
 */
export const spareThreads = (names: readonly WorkerName[]): { end(): Promise<void> } => {
  const own = names.map((name): Spare => {
    const told = new SharedArrayBuffer(4);
    const worker = workerOf(name, { told } satisfies SpareSetup);
    const spare = { name, worker, told };
    // One that cannot start is none; who needs a thread then starts another and hears why.
    worker.on('error', ignore);
    worker.once('error', () => spares.delete(spare));
    worker.once('exit', () => spares.delete(spare));
    worker.unref();
    spares.add(spare);
    return spare;
  });
  return {
    end: async () => {
      const unused = own.filter((spare) => spares.delete(spare));
      await Promise.all(unused.map(async ({ worker }) => await worker.terminate()));
    },
  };
};

const workerOf = (name: WorkerName, workerData: unknown): Worker =>
  new Worker(workerEntry(name), {
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB_OF[name] ?? YOUNG_MB },
  });

const ignore = (): void => undefined;
