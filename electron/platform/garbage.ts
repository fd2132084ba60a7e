import v8 from 'node:v8';
import vm from 'node:vm';

/** Units worked on between two collections of what is young, and of everything. */
const YOUNG = 2;
const WHOLE = 64;

type Collect = (kind: 'minor' | 'major') => void;
let collect: Collect | null = null;
let units = 0;

/**
 * Call once a unit in threads that compress or expand. Each unit leaves a buffer of a megabyte behind that only a
 * collection frees, and the collector, which sees a few bytes of heap, would wait until a hundred of them have gathered
 * in every thread. Where the runtime offers no collection it does nothing.
 */
export const noteUnit = (): void => {
  units += 1;
  if (units % YOUNG !== 0) return;
  collect ??= collection();
  collect(units % WHOLE === 0 ? 'major' : 'minor');
};

/** Collects everything now, in this thread: for one that rests after its work, which may have held buffers that it shared. */
export const collectAll = (): void => {
  collect ??= collection();
  collect('major');
};

const collection = (): Collect => {
  try {
    v8.setFlagsFromString('--expose-gc');
    const gc: unknown = vm.runInNewContext('gc');
    if (typeof gc === 'function') return (type) => void gc({ type });
  } catch {
    // A runtime that forbids it works with more memory instead.
  }
  return () => undefined;
};
