import { isMainThread, workerData } from 'node:worker_threads';
import { ownTask } from './hanging-threads.ts';

/** States of the word that a thread shares with who may end it. */
const FREE = 0;
const WITHIN = 1;
const LOCKED_OUT = 2;

/** How long is waited before it is looked whether the thread still lives, milliseconds. */
const LOOK_MS = 200;

/** What a thread is started with. */
export interface ThreadData {
  readonly setup: unknown;
  /** The word, and behind it the number of the thread in the system. */
  readonly undisturbed: Int32Array;
}

/** The word of this thread; null where nobody may end it. */
const own = ((): Int32Array | null => {
  const word = isMainThread ? null : (workerData as Partial<ThreadData> | null)?.undisturbed;
  if (!(word instanceof Int32Array)) return null;
  word[1] = ownTask();
  return word;
})();
let depth = 0;

/**
 * Does what its thread must not be ended by force in. The foreign function interface aborts the whole process when a thread is
 * ended while it binds functions or reads memory: it then cannot raise the error that it wants to raise. Calls of functions that are bound
 * raise none, however long they take.
 */
export const undisturbed = <Result>(work: () => Result): Result => {
  if (own === null || depth > 0) return work();
  // Who is locked out is about to be ended, and wakes no more.
  while (Atomics.compareExchange(own, 0, FREE, WITHIN) !== FREE) Atomics.wait(own, 0, LOCKED_OUT);
  depth += 1;
  try {
    return work();
  } finally {
    depth -= 1;
    Atomics.store(own, 0, FREE);
    Atomics.notify(own, 0);
  }
};

/** Keeps a thread out of what it must not be ended in; resolves once it is out, or no longer `alive`. */
export const lockOut = async (word: Int32Array, alive: () => boolean): Promise<void> => {
  while (alive() && !tryLockOut(word)) await Atomics.waitAsync(word, 0, WITHIN, LOOK_MS).value;
};

/** The same for who cannot wait for anything else; false when it is still within after so many milliseconds. */
export const lockOutWithin = (word: Int32Array, milliseconds: number): boolean =>
  tryLockOut(word) || (Atomics.wait(word, 0, WITHIN, milliseconds) !== 'timed-out' && tryLockOut(word));

const tryLockOut = (word: Int32Array): boolean => Atomics.compareExchange(word, 0, FREE, LOCKED_OUT) !== WITHIN;
