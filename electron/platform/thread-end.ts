import type { MessagePort } from 'node:worker_threads';
import { noteHanging } from './hanging-threads.ts';

/** The message that asks a worker thread to end; no request looks like it. */
const END = null;
/** A thread that does not end by itself in this time is looked at. */
const PATIENCE_MS = 5000;
/** One that does not answer in this time is within a system call. */
const ANSWER_MS = 1000;

/** What can be asked to end. */
interface Endable {
  readonly threadId: number;
  /** What it does, for people. */
  readonly work: string;
  /** Its number in the system. */
  readonly task: number;
  postMessage(message: null): void;
  once(event: 'exit', listener: () => void): unknown;
  terminate(): Promise<unknown>;
  outOfSystemCalls(): Promise<void>;
}

/**
 * Serves the requests that come to a thread, until it is asked to end: then it hears no more, and resolves with
 * whether all that was asked before is done.
 */
export const onRequest = <Request>(port: MessagePort, serve: (request: Request) => unknown): Promise<boolean> => {
  let underway = 0;
  return new Promise((resolve) => {
    const hear = (request: Request | typeof END): void => {
      if (request === END) {
        port.off('message', hear);
        resolve(underway === 0);
        return;
      }
      const done = serve(request);
      if (!(done instanceof Promise)) return;
      underway += 1;
      void done.finally(() => {
        underway -= 1;
      });
    };
    port.on('message', hear);
  });
};

/**
 * Ends a worker thread from outside: asks, waits, and uses force on one that runs and does not listen. One that hangs in a system call, on a disk
 * that does not answer say, is waited for, however long that takes, and named by `hangingThreads` meanwhile: whatever it has under way may still
 * be carried out, so that what it writes to is not free before it has ended; and force would leave open what it has open.
 */
export const endThread = async (worker: Endable, patienceMs = PATIENCE_MS): Promise<void> => {
  // A thread that has ended has no number any more.
  if (worker.threadId === -1) return;
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
  });
  const askedAt = new Date();
  worker.postMessage(END);
  for (;;) {
    if (await settles(ended, patienceMs)) return;
    const out = worker.outOfSystemCalls();
    if (await settles(out, ANSWER_MS)) break;
    const over = noteHanging({ work: worker.work, task: worker.task, askedAt });
    await Promise.race([ended, out]);
    over();
  }
  await worker.terminate();
};

/** Whether a promise settles within so many milliseconds. */
const settles = async (promise: Promise<unknown>, milliseconds: number): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  const settled = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return settled;
};
