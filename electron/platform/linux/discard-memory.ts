import { loadKoffi } from './koffi.ts';

const MADV_DONTNEED = 4;
/** The largest size of a page among the systems that Linux runs on; regions are cut to whole pages of it. */
const PAGE_BYTES = 65_536;

type Advise = (address: number, length: number, advice: number) => number;

let advise: Advise | null | undefined;

/**
 * Gives the memory behind `bytes` back to the system; what is read there afterwards is zero, or what it was: whoever owns it
 * must not need it any more. Does nothing where the system has no such call.
 */
export function discardMemory(bytes: Uint8Array<ArrayBufferLike>): void {
  if (advise === undefined) advise = bind();
  if (advise === null) return;
  const start = Number(loadKoffi().address(bytes));
  const from = Math.ceil(start / PAGE_BYTES) * PAGE_BYTES;
  const to = Math.floor((start + bytes.byteLength) / PAGE_BYTES) * PAGE_BYTES;
  if (to > from) advise(from, to - from, MADV_DONTNEED);
}

function bind(): Advise | null {
  if (process.platform !== 'linux') return null;
  try {
    return loadKoffi().load(null).func('int madvise(uintptr_t, size_t, int)') as Advise;
  } catch {
    return null;
  }
}
