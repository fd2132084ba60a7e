import type { MessagePort, Worker } from 'node:worker_threads';

/** The message that asks a worker thread to end; no request looks like it. */
const END = null;
/** A thread that does not end by itself in this time is ended by force. */
const PATIENCE_MS = 5000;

/**
 * Serves the requests that come to a worker thread, until it is asked to end: then it hears no more, and the thread ends
 * when what it is doing is done.
 */
export const onRequest = <Request>(port: MessagePort, serve: (request: Request) => void): void => {
  port.on('message', (request: Request | typeof END) => {
    if (request === END) port.close();
    else serve(request);
  });
};

/**
 * Ends a worker thread from outside: asks, waits, and only then uses force. A thread that is stopped within a system call
 * cannot raise its error any more and takes the whole process with it.
 */
export const endThread = async (worker: Worker): Promise<void> => {
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
