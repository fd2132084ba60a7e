import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { ThreadWork } from './job-thread-work.ts';
import { startThread } from './start-thread.ts';
import { endThread } from './thread-end.ts';
import { tidyMemory } from './tidy-memory.ts';
import type { WorkerThread } from './worker-thread.ts';
import type { WorkerName } from './workers.ts';

/** Processor time, microseconds. */
interface CpuTime {
  readonly user: number;
  readonly system: number;
}

const NO_TIME: CpuTime = { user: 0, system: 0 };

const KEPT_MS = 30_000;

/** How long a kept thread, and the process, are without work before they tidy up: the next job may be coming already. */
const TIDY_AFTER_MS = 500;

/** How long threads without work are kept for the next job, milliseconds; 0 ends them with their work. */
let keptMs = 0;

let tidying: NodeJS.Timeout | undefined;
/** Threads that have work. */
const working = new Set<Host>();

/** The process tidies up when no thread of it has had work for a while. */
const tidyWhenIdle = (): void => {
  clearTimeout(tidying);
  if (working.size === 0) tidying = setTimeout(tidyMemory, tidyAfterMs).unref();
};

let tidyAfterMs = TIDY_AFTER_MS;

/** Threads that have no work, by name, the last one used at the end. */
const idle = new Map<WorkerName, Host[]>();

/**
 * From now on threads whose work is over are kept for that long, for the next job that needs one: to bring one to life
 * takes longer than many a job. For processes that run many jobs; they keep the memory of those threads meanwhile.
 */
export const keepThreads = (milliseconds = KEPT_MS, tidyAfter = TIDY_AFTER_MS): void => {
  keptMs = milliseconds;
  tidyAfterMs = tidyAfter;
};

/** Gives a thread some work: one that has none at the moment, or a new one. */
export const startJobThread = <Answer>(name: WorkerName, setup: unknown): JobThread<Answer> =>
  new JobThread<Answer>(idle.get(name)?.pop() ?? new Host(name), setup);

/**
 * Starts threads ahead of their work, so that they come to life beside what is done before: a thread takes a tenth of a
 * second for that. `end` ends those that nobody has taken.
 */
export const spareThreads = (names: readonly WorkerName[]): { end(): Promise<void> } => {
  const spares = names.filter((name) => (idle.get(name)?.length ?? 0) === 0).map((name) => new Host(name));
  for (const spare of spares) spare.rest();
  return {
    end: async () => {
      if (keptMs === 0) await Promise.all(spares.map((spare) => spare.endIfIdle()));
    },
  };
};

/** A worker thread that does one piece of work after the other. */
class Host {
  readonly #name: WorkerName;
  readonly worker: WorkerThread;
  /** What it has used before its present work. */
  usedBefore: Promise<CpuTime> = Promise.resolve(NO_TIME);
  #job: JobThread<never> | null = null;
  #ending = false;
  #timer: NodeJS.Timeout | undefined;
  #tidying: NodeJS.Timeout | undefined;

  constructor(name: WorkerName) {
    this.#name = name;
    this.worker = startThread(name, null);
    // One that dies without work is none: who needs a thread then starts another and hears why.
    this.worker.on('error', (error) => {
      this.#ending = true;
      this.#leaveIdle();
      this.#job?.failed(error);
    });
    this.worker.on('exit', (status) => {
      working.delete(this);
      this.#leaveIdle();
      this.#job?.ended(status);
    });
  }

  begin(job: JobThread<never>, work: ThreadWork): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#tidying);
    clearTimeout(tidying);
    working.add(this);
    this.#job = job;
    this.worker.ref();
    try {
      this.worker.postMessage(work, [work.port]);
    } catch (error) {
      // A setup that cannot be sent: nobody would end the thread.
      void this.end();
      throw error;
    }
  }

  /** Ends the thread by force: it takes up nothing else. */
  async end(): Promise<void> {
    this.#ending = true;
    await this.worker.terminate();
  }

  /** Its work is over: it waits for more, or ends. */
  release(job: JobThread<never>): void {
    if (this.#ending) return;
    if (keptMs === 0) {
      void endThread(this.worker);
      return;
    }
    this.#job = null;
    this.usedBefore = this.worker.cpuUsage().catch(() => NO_TIME);
    this.rest();
    job.ended(0);
  }

  /** Waits for work, for a while. */
  rest(): void {
    this.worker.unref();
    const others = idle.get(this.#name) ?? [];
    others.push(this);
    idle.set(this.#name, others);
    if (keptMs === 0) return;
    this.#timer = setTimeout(() => void this.endIfIdle(), keptMs).unref();
    this.#tidying = setTimeout(() => this.worker.postMessage('tidy'), tidyAfterMs).unref();
    working.delete(this);
    tidyWhenIdle();
  }

  async endIfIdle(): Promise<void> {
    if (this.#leaveIdle()) await endThread(this.worker);
  }

  #leaveIdle(): boolean {
    const others = idle.get(this.#name) ?? [];
    const at = others.indexOf(this);
    if (at >= 0) others.splice(at, 1);
    return at >= 0;
  }
}

/**
 * A thread as a job sees it: like a `Worker` that is started for this work alone and exits after it, whether the thread
 * behind it goes on to other work or not.
 */
export class JobThread<Answer> extends EventEmitter<{ message: [Answer]; error: [unknown]; exit: [number] }> {
  readonly #host: Host;
  readonly #port: MessagePort;
  readonly #usedBefore: Promise<CpuTime>;
  #over = false;

  constructor(host: Host, setup: unknown) {
    super();
    const { port1, port2 } = new MessageChannel();
    this.#host = host;
    this.#port = port1;
    this.#usedBefore = host.usedBefore;
    port1.on('message', (message: Answer | null) => this.#hear(message));
    host.begin(this as unknown as JobThread<never>, { setup, port: port2 });
  }

  /** The number of the thread; -1 once this work is over. */
  get threadId(): number {
    return this.#over ? -1 : this.#host.worker.threadId;
  }

  postMessage(message: unknown, transfer: readonly ArrayBuffer[] = []): void {
    if (!this.#over) this.#port.postMessage(message, transfer);
  }

  /** Processor time that this work has used. */
  async cpuUsage(): Promise<CpuTime> {
    const [before, now] = await Promise.all([this.#usedBefore, this.#host.worker.cpuUsage()]);
    return { user: now.user - before.user, system: now.system - before.system };
  }

  get work(): string {
    return this.#host.worker.work;
  }

  get task(): number {
    return this.#host.worker.task;
  }

  outOfSystemCalls(): Promise<void> {
    return this.#host.worker.outOfSystemCalls();
  }

  /** Ends the thread by force. */
  async terminate(): Promise<void> {
    if (!this.#over) await this.#host.end();
  }

  /** The thread dies of an error. */
  failed(error: unknown): void {
    this.#drain();
    this.emit('error', error);
  }

  /** The work is over, whether the thread lives on or not. */
  ended(status: number): void {
    if (this.#over) return;
    this.#drain();
    this.#over = true;
    this.#port.close();
    this.emit('exit', status);
  }

  #hear(message: Answer | null): void {
    if (message === null) this.#host.release(this as unknown as JobThread<never>);
    else this.emit('message', message);
  }

  /** What the thread said before it died is heard before its death. */
  #drain(): void {
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port))
      if (next.message !== null) this.emit('message', next.message as Answer);
  }
}
