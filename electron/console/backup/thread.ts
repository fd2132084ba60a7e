import { Worker } from 'node:worker_threads';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { endThread } from '../../platform/thread-end.ts';
import { type WorkerName, workerEntry } from '../../platform/workers.ts';

/**
 * A worker thread that takes requests and gives answers. It is never taken for finished when it died: whoever waits
 * hears of it through `onDeath`; an error while an answer is taken comes the same way.
 */
export class Thread<Request, Answer> {
  readonly #worker: Worker;
  #closing = false;

  constructor(
    name: WorkerName,
    setup: unknown,
    onAnswer: (answer: Answer) => void,
    onDeath: (error: ColdframeError) => void,
  ) {
    // A small young generation: the threads work on buffers outside the heap and make few objects that live long.
    this.#worker = new Worker(workerEntry(name), {
      workerData: setup,
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
    let dead = false;
    const die = (cause: unknown, why: string): void => {
      if (dead || this.#closing) return;
      dead = true;
      onDeath(died(name, why, cause));
    };
    this.#worker.on('message', (answer: Answer) => {
      try {
        onAnswer(answer);
      } catch (thrown) {
        // What goes wrong while an answer is taken is an error of the job, not of the process.
        onDeath(asColdframeError(thrown));
      }
    });
    this.#worker.on('error', (error) => die(error, error instanceof Error ? error.message : String(error)));
    this.#worker.on('exit', (code) => die(undefined, `it ended with status ${code}`));
  }

  send(request: Request, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(request, transfer);
  }

  /** Ends the thread, once it has ended what it does, or by force if it does not. */
  async close(): Promise<void> {
    this.#closing = true;
    await endThread(this.#worker);
  }
}

const died = (name: string, why: string, cause: unknown): ColdframeError =>
  new ColdframeError('THREAD_DIED', {
    message: `The worker thread "${name}" died: ${why}.`,
    guidance: 'What was reported as done is safe. Start the job again; if it happens twice, report it with the log.',
    context: { thread: name },
    cause,
  });
