import type { ByteString } from '../../../../shared/byte-string.ts';
import type { ErrorData } from '../../../../shared/errors.ts';
import type { ChunkPlace } from '../../../../shared/model/block-set.ts';
import type { SharedRunControl } from '../../mover/run-control.ts';
import type { ReadAccess } from '../../tape/tape-reader.ts';
import type { RestorePlan } from '../plan/restore-plan.ts';
import type { WriteReport } from '../write/write-notes.ts';

/** What seals a vault's units; null when it is not sealed. Never leaves the process. */
export interface UnitKeys {
  readonly vault: string;
  readonly vaultKey: Uint8Array | null;
}

/** What every thread of a restore is started with. */
export interface WriterSetup {
  readonly plan: Pick<RestorePlan, 'id' | 'file' | 'destination'>;
  readonly keys: UnitKeys;
  readonly control: SharedRunControl;
  /** PROGRESS numbers, Float64, written by this thread alone. */
  readonly progress: SharedArrayBuffer;
}

/** A payload in shared memory, or the reason why there is none. */
export interface FilledSlot {
  readonly memory: SharedArrayBuffer;
  readonly length: number;
  readonly lost: string | null;
  /** What is wrong with the chunk's framing, or null. */
  readonly damage: string | null;
  /** Nothing was read, for a reason that says nothing about the content: the drive or the tape. */
  readonly unread: boolean;
}

export type WriterRequest =
  /** Removes what earlier runs left. */
  | { readonly kind: 'leftovers' }
  | {
      readonly kind: 'chunk';
      readonly chunk: number;
      readonly tape: string;
      /** Where it begins there. */
      readonly block: number;
      readonly set: string;
      readonly sequence: number;
      readonly slot: FilledSlot;
    }
  /** Elements without content with numbers in [from, to). */
  | { readonly kind: 'plain'; readonly from: number; readonly to: number }
  /** Elements whose pieces are all there. */
  | { readonly kind: 'finish'; readonly elements: readonly number[] }
  | { readonly kind: 'discard'; readonly elements: readonly number[] }
  | { readonly kind: 'links'; readonly displaced: ReadonlyMap<number, ByteString | null> }
  | { readonly kind: 'directories' }
  | { readonly kind: 'flags'; readonly displaced: ReadonlyMap<number, ByteString | null> }
  | { readonly kind: 'sync' }
  /** Closes what is open; nothing follows. */
  | { readonly kind: 'close' };

export type WriterAnswer =
  | { readonly kind: 'done'; readonly report: WriteReport }
  | { readonly kind: 'failed'; readonly report: WriteReport; readonly error: ErrorData };

/** What a reader thread, one a drive, is started with. */
export interface ReaderSetup {
  /** The plan store, which says what units are wanted; null where whole chunks are. */
  readonly file: string | null;
}

export interface ChunkToRead {
  /** Its number in the plan. */
  readonly chunk: number;
  readonly place: ChunkPlace;
  /** Only the wanted units, since they are a small part of it. */
  readonly sparse: boolean;
  readonly memory: SharedArrayBuffer;
}

export type ReaderRequest =
  | { readonly kind: 'mount'; readonly access: ReadAccess }
  | { readonly kind: 'read'; readonly chunk: ChunkToRead }
  | { readonly kind: 'unmount' }
  | { readonly kind: 'close' };

export type ReaderAnswer =
  | { readonly kind: 'mounted' }
  /** `lost`: nothing of the chunk can be had. `damage`: something is wrong with it; its units say what. */
  | ({ readonly kind: 'read' } & Omit<FilledSlot, 'memory'>)
  | { readonly kind: 'unmounted' }
  | { readonly kind: 'failed'; readonly error: ErrorData };
