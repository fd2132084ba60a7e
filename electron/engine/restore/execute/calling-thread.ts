import { ColdframeError } from '../../../../shared/errors.ts';
import { type JobThread, startJobThread } from '../../../platform/job-thread.ts';
import { endThread } from '../../../platform/thread-end.ts';
import type { WorkerName } from '../../../platform/workers.ts';

interface Call<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: ColdframeError) => void;
}

/** A worker thread that answers every request once, in order, and may tell of its work in between. When it dies, all who wait hear of it. */
export class CallingThread<Request, Answer> {
  readonly #worker: JobThread<Answer>;
  readonly #calls: Call<Answer>[] = [];
  readonly #name: WorkerName;
  #dead: ColdframeError | null = null;

  /** `newsOf`: what is to be done about a message that the thread sends unasked; null: it is an answer. */
  constructor(name: WorkerName, setup: unknown, newsOf: (message: Answer) => (() => void) | null = () => null) {
    this.#name = name;
    this.#worker = startJobThread<Answer>(name, setup);
    this.#worker.on('message', (message: Answer) => {
      const tellNews = newsOf(message);
      if (tellNews) tellNews();
      else this.#calls.shift()?.resolve(message);
    });
    this.#worker.on('error', (error) => this.#die(error instanceof Error ? error.message : String(error), error));
    this.#worker.on('exit', (code) => this.#die(`it ended with status ${code}`));
  }

  /** Requests that were not answered yet. */
  get waiting(): number {
    return this.#calls.length;
  }

  /** Whether it ended: what it is asked then fails. */
  get dead(): boolean {
    return this.#dead !== null;
  }

  async call(request: Request): Promise<Answer> {
    if (this.#dead) throw this.#dead;
    return await new Promise<Answer>((resolve, reject) => {
      this.#calls.push({ resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  /** Ends the thread, after it was asked to close what it has open. */
  async close(last: Request): Promise<void> {
    await this.call(last).catch(() => undefined);
    await this.end();
  }

  /** Ends the thread, whatever it does. */
  async end(): Promise<void> {
    this.#dead = died(this.#name, 'it was closed', undefined);
    await endThread(this.#worker);
  }

  #die(why: string, cause?: unknown): void {
    this.#dead ??= died(this.#name, why, cause);
    for (const { reject } of this.#calls.splice(0)) reject(this.#dead);
  }
}

const died = (name: string, why: string, cause: unknown): ColdframeError =>
  new ColdframeError('THREAD_DIED', {
    message: `The worker thread "${name}" died: ${why}.`,
    guidance: 'What was reported as done is safe. Start the job again; if it happens twice, report it with the log.',
    context: { thread: name },
    cause,
  });
