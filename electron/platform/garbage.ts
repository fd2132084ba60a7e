import v8 from 'node:v8';
import vm from 'node:vm';

/** Units worked on between two collections. */
const UNITS = 8;
let collect: (() => void) | null = null;
let units = 0;

/**
 * Call once a unit in threads that compress or expand. Each unit leaves a buffer of a megabyte behind that only a
 * collection frees, and the collector, which sees a few bytes of heap, would wait until a hundred of them have gathered
 * in every thread. Where the runtime offers no collection it does nothing.
 */
export const noteUnit = (): void => {
  units += 1;
  if (units % UNITS !== 0) return;
  collect ??= youngCollection();
  collect();
};

const youngCollection = (): (() => void) => {
  try {
    v8.setFlagsFromString('--expose-gc');
    const gc: unknown = vm.runInNewContext('gc');
    if (typeof gc === 'function') return () => void gc({ type: 'minor' });
  } catch {
    // A runtime that forbids it works with more memory instead.
  }
  return () => undefined;
};
