import type { ReadAccess } from '../../tape/tape-reader.ts';

/** The drives of a vault, as a restore sees them. */
export interface RestoreDrives {
  /** How many tapes can be mounted at a time. */
  readonly count: number;
  /** Puts a tape into a free drive; waits while another job has it. Rejects when the signal is aborted. */
  mount(tape: string, signal: AbortSignal): Promise<{ readonly drive: number; readonly access: ReadAccess }>;
  unmount(drive: number): void;
}
