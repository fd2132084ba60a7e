import { readFileSync, readlinkSync } from 'node:fs';

/** A thread that was asked to end and does not come back from a system call. */
export interface HangingThread {
  readonly work: string;
  /** When it was asked, by the clock of the machine. */
  readonly askedAt: Date;
  /** Its number in the system; 0 where that has none. */
  readonly task: number;
}

const hanging = new Set<HangingThread>();

/** Threads that were asked to end and hang in a system call: what they read from or write to does not answer. */
export const hangingThreads = (): readonly HangingThread[] => [...hanging];

/** Notes that a thread hangs; gives what takes the note back. */
export const noteHanging = (thread: HangingThread): (() => void) => {
  hanging.add(thread);
  return () => void hanging.delete(thread);
};

/** The number of the calling thread in the system; 0 where it has none. */
export const ownTask = (): number => {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  } catch {
    return 0;
  }
};

/** The file or folder that a thread's system call is about; null when it is in none, or names none by a descriptor. */
export const placeOfCall = (task: number): string | null => {
  try {
    const descriptor = Number(readFileSync(`/proc/self/task/${task}/syscall`, 'latin1').split(' ')[1]);
    const place = readlinkSync(`/proc/self/fd/${descriptor}`);
    return place.startsWith('/') ? place : null;
  } catch {
    return null;
  }
};
