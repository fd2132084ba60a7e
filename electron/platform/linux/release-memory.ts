import { bindNative } from './koffi.ts';

let trim: ((pad: number) => number) | null | undefined;

/** Gives memory that the C library keeps for later back to the system, where the C library can. Takes a millisecond or two. */
export function releaseMemory(): void {
  if (trim === undefined) trim = bind();
  trim?.(0);
}

/** glibc has it, others do not. */
function bind(): ((pad: number) => number) | null {
  if (process.platform !== 'linux') return null;
  try {
    return bindNative((koffi) => koffi.load(null).func('int malloc_trim(size_t)') as (pad: number) => number);
  } catch {
    return null;
  }
}
