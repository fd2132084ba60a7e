import { collectAll } from './garbage.ts';
import { releaseMemory } from './linux/release-memory.ts';

/**
 * Gives back what work in this thread has left: for one that rests. A buffer that threads share is let go only when each of
 * them has collected, and a thread without work never does so by itself.
 */
export const tidyMemory = (): void => {
  collectAll();
  releaseMemory();
};
