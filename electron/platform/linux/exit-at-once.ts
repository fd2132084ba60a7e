import { bindNative } from './koffi.ts';

/** Ends the process with all of its threads, and waits for none of them. Does nothing where the system has no such call. */
export function exitAtOnce(status: number): void {
  if (process.platform !== 'linux') return;
  bindNative((koffi) => koffi.load(null).func('void _exit(int)') as (status: number) => void)(status);
}
