import type { ReadAccess } from '../../tape/tape-reader.ts';

/** A tape that can be read until it is let go. */
interface MountedTape {
  readonly access: ReadAccess;
  readonly hold: {
    /** The drive that it is in; null when it is read past the drives, which can begin at any time. */
    readonly drive: number | null;
    letGo(): void;
  };
}

/** The drives of a vault, as a restore sees them. */
export interface RestoreDrives {
  /** How many tapes can be read at a time. */
  readonly count: number;
  /** Puts a tape into a free drive, or has it read where it is; may wait while another job has it. Rejects when the signal is aborted. */
  mount(tape: string, signal: AbortSignal): Promise<MountedTape>;
}
