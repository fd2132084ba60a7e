import type { ErrorData } from '../../../../shared/errors.ts';
import type { SharedRunControl } from '../../mover/run-control.ts';
import type { BlockRuns } from '../../snapshot/block-runs.ts';
import type { SetVolumeSpec } from '../instant/set-volume.ts';
import type { PlaceFound } from '../instant/unit-source.ts';

/** What each thread that copies a volume of a set to a device is started with. */
export interface CopySetup {
  readonly volume: SetVolumeSpec;
  readonly device: string;
  /** Blocks that were not in the set because nobody wanted them: they stay as they are. */
  readonly unprotected: BlockRuns;
  readonly control: SharedRunControl;
  /** One word: the next part of 64 MiB that nobody has begun. */
  readonly next: SharedArrayBuffer;
  /** One Float64: content that this thread has written. */
  readonly written: SharedArrayBuffer;
}

/**
 * `blank`: makes the beginning of the device zeroes, durably, so that nothing takes what is half restored for a file system. `copy`: parts,
 * until none is left, without that beginning. `begin`: the beginning, after everything else is durable.
 */
export type CopyRequest = { readonly kind: 'blank' | 'copy' | 'begin' | 'close' };

/** A run of the volume that could not be had; it is zeroes on the device. */
export interface LostRun {
  readonly offset: number;
  readonly length: number;
  readonly message: string;
  readonly tape: string;
  readonly set: string;
  readonly chunk: number;
}

export type CopyAnswer =
  | {
      readonly kind: 'done';
      readonly lost: readonly LostRun[];
      readonly lostBytes: number;
      /** Places of chunks at which something could not be had. */
      readonly found: readonly PlaceFound[];
    }
  | { readonly kind: 'failed'; readonly error: ErrorData };
