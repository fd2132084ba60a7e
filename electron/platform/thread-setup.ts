import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';

/** What a thread is started with that does not know its work yet. Word 0 is 1 once its setup lies at its port. */
export interface SpareSetup {
  readonly told: SharedArrayBuffer;
}

/** What this thread is to do: what it was started with, or, in a spare one, what it is told when it is needed. */
export const threadSetup = <Setup>(): Setup => {
  if (!isSpare(workerData)) return workerData as Setup;
  const told = new Int32Array(workerData.told);
  while (Atomics.load(told, 0) === 0) Atomics.wait(told, 0, 0);
  const first = parentPort === null ? undefined : receiveMessageOnPort(parentPort);
  if (first === undefined) throw new Error('A spare thread was woken without a setup.');
  return first.message as Setup;
};

const isSpare = (given: unknown): given is SpareSetup =>
  typeof given === 'object' && given !== null && 'told' in given && given.told instanceof SharedArrayBuffer;
