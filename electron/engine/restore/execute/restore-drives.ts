import type { ColdframeError } from '../../../../shared/errors.ts';
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
  /**
   * Puts a tape into a free drive, or has it read where it is; may wait while another job has it. `failed`: drives that are taken only where there
   * are no others. Rejects when the signal is aborted.
   */
  mount(tape: string, signal: AbortSignal, failed?: ReadonlySet<number>): Promise<MountedTape>;
  /** The drive that cannot be used, as an error says that came up when a tape was opened or read in drive `used`; null when it is about anything else. */
  failedDrive(error: ColdframeError, used: number): number | null;
}
