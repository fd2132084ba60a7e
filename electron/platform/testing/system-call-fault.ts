import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** System calls on files that the kernel answers with an error of its own, as it does when a disk fails. */
export interface SystemCallFault {
  readonly calls: readonly string[];
  readonly errno: 'EIO' | 'ENOSPC';
  /** Files that it strikes, whether they are there yet or not; without any, every file. */
  readonly paths?: readonly string[];
  /** Which of these calls in each thread, from 1: `2` the second alone, `2+` and all that follow. */
  readonly when: string;
}

export const READS = ['read', 'pread64', 'readv', 'preadv'] as const;
export const WRITES = ['write', 'pwrite64', 'writev', 'pwritev'] as const;
export const FLUSHES = ['fsync', 'fdatasync', 'syncfs'] as const;

/** Runs a program with a fault; it is told what happened in `log`. */
export const underFault = ({ calls, errno, paths = [], when }: SystemCallFault, log: string): string[] => {
  const names = calls.join(',');
  const files = paths.flatMap((path) => ['-P', path]);
  const inject = `inject=${names}:error=${errno}:when=${when}`;
  return ['strace', '-f', '-qq', '--seccomp-bpf', '-o', log, '-e', `trace=${names}`, '-e', inject].concat(files);
};

/** How many calls the fault struck. */
export const strikes = (log: string): number => readFileSync(log, 'latin1').split('(INJECTED)').length - 1;

/** Whether this process may look over the shoulder of another one; a sandbox may forbid it. */
export const canInjectFaults = (): boolean =>
  spawnSync('strace', ['-qq', '-f', '-e', 'trace=fsync', 'true'], { stdio: 'ignore' }).status === 0;
