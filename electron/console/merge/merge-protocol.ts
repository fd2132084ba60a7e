import type { ErrorData } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import type { DamagedChunk } from '../../engine/catalog/index.ts';
import type { ChannelSettings } from '../../engine/mover/accumulator.ts';
import type { MetadataOrder } from '../../engine/mover/front-end-protocol.ts';
import type { SharedRunControl } from '../../engine/mover/run-control.ts';
import type { SpoolFile } from '../../engine/mover/spool.ts';
import type { SharedStaging } from '../../engine/mover/staging.ts';
import type { ReadAccess } from '../../engine/tape/tape-reader.ts';

/** What the thread of a merge is started with. */
export interface MergeSetup {
  /** The catalog's file. */
  readonly catalog: string;
  /** The set whose state is copied. */
  readonly from: string;
  /** Volume ids of the tapes that are in the vault. */
  readonly present: readonly string[];
  readonly vault: string;
  /** The vault key, 32 bytes, or null in an open vault. */
  readonly vaultKey: Uint8Array | null;
  readonly staging: SharedStaging;
  readonly control: SharedRunControl;
  readonly settings: ChannelSettings;
  /** For the temporary database and spools. */
  readonly folder: string;
  /** MERGE_COUNTERS numbers, Float64, written by the thread alone. */
  readonly counters: SharedArrayBuffer;
}

/** Positions in the counters: elements of the phase at hand, bytes read from tape, bytes handed over. */
export const MERGE_COUNTER = { elements: 0, bytesRead: 1, bytesStored: 2 } as const;
export const MERGE_COUNTERS = 3;

export type MergeRequest =
  /** Looks up where all content lies. */
  | { readonly kind: 'plan' }
  /** Copies all that is wanted of a tape. */
  | { readonly kind: 'read'; readonly access: ReadAccess }
  /** A tape cannot be had; what is wanted of it is looked for on others. `failed`: the drive that failed with it last, if one did: the tape may be sound. */
  | { readonly kind: 'without'; readonly tape: string; readonly error: ErrorData; readonly failed?: number }
  /** Hands over what is left. */
  | { readonly kind: 'finish' }
  /** Writes the element records with their new places. */
  | { readonly kind: 'record' }
  | { readonly kind: 'metadata'; readonly order: MetadataOrder };

export type MergeAnswer =
  /** `tapes` in the order in which they are to be read. */
  | { readonly kind: 'planned'; readonly tapes: readonly string[]; readonly elements: number; readonly bytes: number }
  /** `tapes` of which something is wanted still; `wrong`: chunks that were found damaged. */
  | { readonly kind: 'read'; readonly tapes: readonly string[]; readonly wrong: readonly DamagedChunk[] }
  | { readonly kind: 'finished'; readonly segments: number; readonly warnings: readonly Warning[] }
  | { readonly kind: 'recorded'; readonly spool: SpoolFile }
  | { readonly kind: 'metadata-done' }
  | { readonly kind: 'failed'; readonly error: ErrorData; readonly wrong: readonly DamagedChunk[] };
