import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { type JobThread, startJobThread } from '../../platform/job-thread.ts';
import { endThread } from '../../platform/thread-end.ts';
import type { WorkerName } from '../../platform/workers.ts';

const CPU_LOOK_MS = 200;

/**
 * A worker thread that takes requests and gives answers. It is never taken for finished when it died: whoever waits
 * hears of it through `onDeath`; an error while an answer is taken comes the same way.
 */
export class Thread<Request, Answer> {
  readonly #worker: JobThread<Answer>;
  #closing = false;
  #cpuMs: number | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(
    name: WorkerName,
    setup: unknown,
    onAnswer: (answer: Answer) => void,
    onDeath: (error: ColdframeError) => void,
  ) {
    this.#worker = startJobThread<Answer>(name, setup);
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

  /** Processor time of the thread when it was last looked at, milliseconds; null before. */
  get cpuMs(): number | null {
    return this.#cpuMs;
  }

  /** Asks for the processor time of the thread; the answer comes without it. At most a few times a second. */
  lookAtCpu(): void {
    const now = performance.now();
    if (this.#closing || now - this.#lookedAt < CPU_LOOK_MS) return;
    this.#lookedAt = now;
    this.#worker.cpuUsage().then(
      ({ user, system }) => {
        this.#cpuMs = (user + system) / 1000;
      },
      // A thread that has just ended has nothing more to say.
      () => undefined,
    );
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
