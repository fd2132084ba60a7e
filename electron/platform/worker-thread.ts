import { Worker, type WorkerOptions } from 'node:worker_threads';
import { endWithThreads } from './exit-with-threads.ts';
import { lockOut, type ThreadData } from './undisturbed.ts';

/** A worker thread that is ended by force only where that ends nothing else with it. */
export class WorkerThread extends Worker {
  readonly work: string;
  /** Shared with the thread: see `undisturbed`. */
  readonly undisturbed: Int32Array;

  constructor(work: string, entry: string | URL, setup: unknown, options: WorkerOptions = {}) {
    const undisturbed = new Int32Array(new SharedArrayBuffer(8));
    super(entry, { ...options, workerData: { setup, undisturbed } satisfies ThreadData });
    this.work = work;
    this.undisturbed = undisturbed;
    endWithThreads(this);
  }

  /** Its number in the system, once it has come to life; 0 before, and where that has none. */
  get task(): number {
    return this.undisturbed[1] ?? 0;
  }

  /** Ends it by force; resolves when it has ended, which a thread within a system call does after it. */
  override async terminate(): Promise<number> {
    await lockOut(this.undisturbed, () => this.threadId !== -1);
    return await super.terminate();
  }

  /** Resolves once it runs script or waits for something to do: not while it is within a system call. */
  async outOfSystemCalls(): Promise<void> {
    // A thread that has ended has no usage, and an Electron that is too old cannot ask.
    await this.cpuUsage?.().catch(() => undefined);
  }
}
