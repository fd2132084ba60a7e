import { bindNative } from './linux/koffi.ts';

const M_TRIM_THRESHOLD = -1;
const M_MMAP_THRESHOLD = -3;
const M_ARENA_MAX = -8;
const THRESHOLD_BYTES = 256 * 1024;
/** Freed memory that an arena keeps: what pieces of a unit take again and again need not be made anew each time. */
const KEPT_BYTES = 8 * 1024 * 1024;
let bound = false;

/**
 * Keeps the process small while threads move data: call it before they start. Buffers of a unit go back to the system when
 * they are freed instead of staying in a pool of 64 MB for every thread. (The heaps are kept small by the flags that the
 * process is started with, and each thread's by its resource limits.)
 */
export const boundMemory = (): void => {
  if (bound) return;
  bound = true;
  if (process.platform === 'linux') boundAllocator();
};

const boundAllocator = (): void => {
  try {
    const mallopt = bindNative((koffi) => koffi.load(null).func('int mallopt(int, int)'));
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, THRESHOLD_BYTES);
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
  } catch {
    // A C library without it keeps what it keeps.
  }
};
