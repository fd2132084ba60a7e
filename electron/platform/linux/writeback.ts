import { bindNative } from './koffi.ts';

const SYNC_FILE_RANGE_WRITE = 2;

type SyncFileRange = (fd: number, offset: number, length: number, flags: number) => number;

let syncFileRange: SyncFileRange | null | undefined;

/**
 * Has the system begin to write a range of a file out, and waits for none of it: a flush that follows has less to wait for. Makes nothing
 * durable and takes no error away from that flush (sync_file_range(2) reports those of a range only to who waits for it). Does nothing where
 * the system has no such call.
 */
export function beginWriteback(fd: number, offset: number, length: number): void {
  if (syncFileRange === undefined) syncFileRange = bind();
  syncFileRange?.(fd, offset, length, SYNC_FILE_RANGE_WRITE);
}

function bind(): SyncFileRange | null {
  if (process.platform !== 'linux') return null;
  try {
    return bindNative(
      (koffi) => koffi.load(null).func('int sync_file_range(int, int64_t, int64_t, unsigned int)') as SyncFileRange,
    );
  } catch {
    return null;
  }
}
