import { type MessagePort, parentPort } from 'node:worker_threads';
import { tidyMemory } from './tidy-memory.ts';

/** A piece of work for a thread; requests and answers pass through its port. */
export interface ThreadWork {
  readonly setup: unknown;
  readonly port: MessagePort;
}

/** How work has ended: `spent` when its thread may hold what only its own end lets go, so that it does no other. */
export type WorkOutcome = 'clean' | 'spent';

/**
 * What the entry point of a job's thread does: one piece of work after the other, each with a setup and a port of its
 * own. Work is over when `work` has resolved, and what it had open is closed by then. An error that leaves it ends the
 * thread, and who waits for the work hears of it.
 */
export const onWork = <Setup>(work: (setup: Setup, port: MessagePort) => Promise<WorkOutcome>): void => {
  const host = parentPort;
  if (host === null) throw new Error('The entry point of a worker thread runs in one only.');
  const carryOut = async ({ setup, port }: ThreadWork): Promise<void> => {
    if ((await work(setup as Setup, port)) === 'spent') host.close();
    else port.postMessage(null);
    port.close();
  };
  host.on('message', (given: ThreadWork | 'tidy' | null) => {
    if (given === null) host.close();
    else if (given === 'tidy') tidyMemory();
    else void carryOut(given);
  });
};
