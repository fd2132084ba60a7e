import type { ByteString } from '../../../shared/byte-string.ts';
import { failure } from './calling.ts';
import { libc } from './libc.ts';
import { allocate, lazily, type NativeMemory } from './memory.ts';

/** `d_type` of getdents64(2). */
export const DT_UNKNOWN = 0;
export const DT_DIR = 4;

const LISTING_BYTES = 65536;
const listing = lazily(() => allocate(LISTING_BYTES));
let busy = false;

/**
 * Gives each entry of an open directory but `.` and `..`, in the directory's own order: its name, its `d_type`, and the
 * address of the name, which is valid until `each` returns. One listing at a time in a thread: its memory is shared.
 */
export function listDirectory(fd: number, each: (name: ByteString, type: number, address: number) => void): void {
  if (busy) throw new Error('A directory listing was started within another one.');
  busy = true;
  try {
    for (;;) {
      const { bytes, address } = listing();
      const length = libc().getdents64(fd, address, LISTING_BYTES);
      if (length < 0) throw failure('getdents', libc().errno(), fd);
      if (length === 0) return;
      for (let at = 0; at < length; at += (bytes[at + 16] as number) | ((bytes[at + 17] as number) << 8)) {
        const start = at + 19;
        if (bytes[start] === 46 && isDots(bytes, start)) continue;
        each(nameAt(bytes, start), bytes[at + 18] as number, address + start);
      }
    }
  } finally {
    busy = false;
  }
}

/** The name up to its NUL; names are far shorter than a record, so looking for the NUL is cheap. */
function nameAt(bytes: NativeMemory['bytes'], start: number): ByteString {
  let end = start;
  while (bytes[end] !== 0) end += 1;
  return bytes.latin1Slice(start, end) as ByteString;
}

/** Whether a name that starts with a dot is `.` or `..`. */
const isDots = (bytes: Buffer, start: number): boolean =>
  bytes[start + 1] === 0 || (bytes[start + 1] === 46 && bytes[start + 2] === 0);
