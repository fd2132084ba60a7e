import { bindNative, loadKoffi } from './koffi.ts';

const MADV_DONTNEED = 4;
const MADV_HUGEPAGE = 14;
/** The largest size of a page among the systems that Linux runs on; regions are cut to whole pages of it. */
const PAGE_BYTES = 65_536;

type Advise = (address: number, length: number, advice: number) => number;

let advise: Advise | null | undefined;

/**
 * Gives the memory behind `bytes` back to the system; what is read there afterwards is zero, or what it was: whoever owns it
 * must not need it any more. Does nothing where the system has no such call.
 */
export function discardMemory(bytes: Uint8Array<ArrayBufferLike>): void {
  adviseOn(bytes, MADV_DONTNEED);
}

/**
 * New memory that much of will be used, from its beginning on: the system may give it by 2 MiB at a time. To touch it for the first
 * time is then up to sixty times less work in a virtual machine. Does nothing where the system has no such call.
 */
export function largeMemory(length: number): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(length);
  adviseOn(new Uint8Array(memory), MADV_HUGEPAGE);
  return memory;
}

function adviseOn(bytes: Uint8Array<ArrayBufferLike>, advice: number): void {
  if (advise === undefined) advise = bind();
  if (advise === null || bytes.byteLength === 0) return;
  const start = Number(loadKoffi().address(bytes));
  const from = Math.ceil(start / PAGE_BYTES) * PAGE_BYTES;
  const to = Math.floor((start + bytes.byteLength) / PAGE_BYTES) * PAGE_BYTES;
  if (to > from) advise(from, to - from, advice);
}

function bind(): Advise | null {
  if (process.platform !== 'linux') return null;
  try {
    return bindNative((koffi) => koffi.load(null).func('int madvise(uintptr_t, size_t, int)') as Advise);
  } catch {
    return null;
  }
}
