import type { ErrorData } from '../../../shared/errors.ts';
import type { ChunkPlace, Warning } from '../../../shared/model/block-set.ts';
import type { SharedRunControl } from '../../engine/mover/run-control.ts';
import type { ReadAccess } from '../../engine/tape/tape-reader.ts';

/** What the thread of a rebuild is started with. */
export interface RebuildSetup {
  /** Catalog to fill: a new file, or one that sets are added to. */
  readonly catalog: string;
  /** It is made anew should this stop on the way: nothing of it is durable before it is finished. */
  readonly passing: boolean;
  readonly vault: string;
  /** The vault key, 32 bytes, or null in an open vault. */
  readonly vaultKey: Uint8Array | null;
  /** For what is kept aside. */
  readonly folder: string;
  readonly control: SharedRunControl;
  /** REBUILD_COUNTERS numbers, Float64, written by the thread alone. */
  readonly counters: SharedArrayBuffer;
}

/** Positions in the counters: elements taken in, bytes of chunks found. */
export const REBUILD_COUNTER = { elements: 0, bytes: 1 } as const;
export const REBUILD_COUNTERS = 2;

/** A tape to be looked at. */
export interface TapeToScan {
  readonly access: ReadAccess;
  /** Chunks that are known to be durable on it. */
  readonly expectChunks: number;
}

export type RebuildRequest =
  | { readonly kind: 'scan'; readonly tape: TapeToScan }
  /** All tapes were scanned but `missing` ones. Takes the sets in; what tapes do not tell now, as `earlier` had it. */
  | { readonly kind: 'import'; readonly missing: readonly string[]; readonly earlier: readonly string[] }
  /** Reads what interrupted sets have on a tape. */
  | { readonly kind: 'indexes'; readonly access: ReadAccess }
  /** Completes the catalog and closes it. Durable when it is answered. */
  | { readonly kind: 'finish' }
  /** Copies the catalog, which is finished and may have another name by now. */
  | { readonly kind: 'copy'; readonly from: string; readonly to: string };

/** A chunk that was found on the tape that is scanned. */
export type FoundChunk = Pick<ChunkPlace, 'set' | 'kind' | 'payloadBytes' | 'offset'>;

export type RebuildAnswer =
  /** Told while a tape is scanned, about ten times a second: the chunks that were found since. */
  | { readonly kind: 'found'; readonly chunks: readonly FoundChunk[] }
  | { readonly kind: 'scanned' }
  /** Tapes with chunks of interrupted sets. */
  | { readonly kind: 'imported'; readonly interruptedOn: readonly string[] }
  | { readonly kind: 'indexed' }
  | {
      readonly kind: 'finished';
      readonly sets: number;
      readonly incompleteSets: number;
      readonly elements: number;
      readonly bytes: number;
      readonly warnings: readonly Warning[];
    }
  | { readonly kind: 'copied' }
  | { readonly kind: 'failed'; readonly error: ErrorData };
