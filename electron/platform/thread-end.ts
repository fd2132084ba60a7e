import type { MessagePort } from 'node:worker_threads';

/** The message that asks a worker thread to end; no request looks like it. */
const END = null;
/** A thread that does not end by itself in this time is ended by force. */
const PATIENCE_MS = 5000;

/** What can be asked to end. */
interface Endable {
  readonly threadId: number;
  postMessage(message: null): void;
  once(event: 'exit', listener: () => void): unknown;
  terminate(): Promise<unknown>;
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
 * Ends a worker thread from outside: asks, waits, and only then uses force. A thread that is stopped within a system call
 * cannot raise its error any more and takes the whole process with it.
 */
export const endThread = async (worker: Endable): Promise<void> => {
  // A thread that has ended has no number any more.
  if (worker.threadId === -1) return;
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
  });
  worker.postMessage(END);
  let timer: NodeJS.Timeout | undefined;
  const impatience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([ended, impatience]);
  clearTimeout(timer);
  if (worker.threadId !== -1) await worker.terminate();
};
