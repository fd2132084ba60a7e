import type { ErrorData } from '../../../shared/errors.ts';
import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import type { SharedRunControl } from '../../engine/mover/run-control.ts';
import type { SharedStaging } from '../../engine/mover/staging.ts';
import type { TapeAccess } from '../../engine/tape/tape-access.ts';
import type { CatalogSetNote, TapeSummary } from '../../engine/tape/tape-ending.ts';
import type { ReadAccess } from '../../engine/tape/tape-reader.ts';
import type { TapeTold } from './told-by-tape.ts';

/** What the thread that reclaims tapes is started with. */
export interface ReclaimSetup {
  readonly vault: string;
  /** The vault key, 32 bytes, or null in an open vault. */
  readonly vaultKey: Uint8Array | null;
  readonly staging: SharedStaging;
  readonly control: SharedRunControl;
  /** One word: drives that chunks are written to in parallel. */
  readonly streams: number;
  /** RECLAIM_COUNTERS numbers, Float64, written by the thread alone. */
  readonly counters: SharedArrayBuffer;
}

/** Positions in the counters: bytes read to be moved, bytes read back. */
export const RECLAIM_COUNTER = { moved: 0, proved: 1 } as const;
export const RECLAIM_COUNTERS = 2;

/** A chunk to be read from the first of its places where it is whole. */
export interface ChunkToMove {
  /** Number of its set at the drives. */
  readonly job: number;
  readonly places: readonly ChunkPlace[];
}

/** A place to be read back; `checksum` is the CRC32 of the payload that was written there, null when that is not known. */
export interface PlaceToProve {
  readonly place: ChunkPlace;
  readonly checksum: number | null;
}

export type ReclaimRequest =
  /** Asks a tape in a drive what lies on it, by each of its chunks. */
  | { readonly kind: 'tell'; readonly access: ReadAccess }
  | {
      readonly kind: 'move';
      readonly chunks: readonly ChunkToMove[];
      readonly access: Readonly<Record<string, ReadAccess>>;
    }
  | {
      readonly kind: 'prove';
      readonly places: readonly PlaceToProve[];
      readonly access: Readonly<Record<string, ReadAccess>>;
    }
  /** Gives a tape its tail that a kill left without one; `expectChunks` are known to lie on it. */
  | {
      readonly kind: 'settle';
      readonly tape: TapeAccess;
      readonly expectChunks: number;
      readonly sets: readonly CatalogSetNote[];
    };

/** A place where a chunk could not be read, or is not what it was. */
export interface WrongPlace {
  readonly place: ChunkPlace;
  readonly reason: string;
}

export type ReclaimAnswer =
  | { readonly kind: 'told'; readonly told: TapeTold }
  | {
      readonly kind: 'moved';
      /** Of each chunk that was handed over: the place it was read from, and the CRC32 of its payload. */
      readonly read: readonly { readonly from: ChunkPlace; readonly checksum: number }[];
      readonly wrong: readonly WrongPlace[];
      /** Chunks that are whole in none of their places. */
      readonly lost: readonly ChunkPlace[];
    }
  | { readonly kind: 'settled'; readonly summary: Omit<TapeSummary, 'sets'> }
  | { readonly kind: 'proved'; readonly wrong: readonly WrongPlace[] }
  | { readonly kind: 'failed'; readonly error: ErrorData };
