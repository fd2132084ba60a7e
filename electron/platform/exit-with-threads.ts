import module from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { hangingThreads } from './hanging-threads.ts';
import { exitAtOnce } from './linux/exit-at-once.ts';
import { lockOutWithin } from './undisturbed.ts';

/** A thread that may still live when its process ends. */
interface Living {
  readonly undisturbed: Int32Array;
  once(event: 'exit', listener: () => void): unknown;
}

/** How long the end of the process waits for a thread that binds functions, milliseconds. */
const BINDING_MS = 1000;

const living = new Set<Living>();
let watched = false;

/**
 * Has the process end whatever this thread does then. The runtime waits at its end for all threads, so for one within a system call as
 * long as that takes, and would end one that binds functions in the middle of that.
 */
export const endWithThreads = (thread: Living): void => {
  // Threads of threads end with those.
  if (!isMainThread) return;
  living.add(thread);
  thread.once('exit', () => void living.delete(thread));
  if (watched) return;
  watched = true;
  process.on('exit', (status) => {
    if (mayWait()) return;
    module.flushCompileCache?.();
    exitAtOnce(status);
  });
};

/** Electron has things of its own to put down: only where it would never end, or abort, they are not waited for. */
const mayWait = (): boolean => {
  if (living.size === 0) return true;
  if (process.versions.electron === undefined) return false;
  return (
    hangingThreads().length === 0 && [...living].every(({ undisturbed }) => lockOutWithin(undisturbed, BINDING_MS))
  );
};
