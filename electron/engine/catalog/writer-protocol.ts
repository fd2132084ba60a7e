import type { ErrorData } from '../../../shared/errors.ts';
import type { SetId } from '../../../shared/units.ts';
import type { Expiry } from './expire.ts';
import type { TapeLeave } from './tape-leave.ts';
import type { TapeGoing } from './tape-loss.ts';
import type { FinishedSet, NewSet, WrittenChunk } from './writer.ts';

/** A finished set whose stream lies in files, one behind the other. */
export type SpooledSet = Omit<FinishedSet, 'stream'> & { readonly spools: readonly { readonly path: string }[] };

export interface WriterSetup {
  readonly file: string;
}

/** What the thread of the writer is asked; each request gets one answer, in order. */
export type WriterRequest =
  | { readonly kind: 'begin'; readonly set: NewSet }
  | { readonly kind: 'add-chunks'; readonly chunks: readonly WrittenChunk[] }
  | { readonly kind: 'commit'; readonly set: SpooledSet }
  | { readonly kind: 'interrupt'; readonly set: SetId }
  | { readonly kind: 'discard'; readonly set: SetId }
  | { readonly kind: 'lose'; readonly sets: readonly SetId[] }
  | { readonly kind: 'lose-tape'; readonly going: TapeGoing }
  | { readonly kind: 'leave-tape'; readonly leave: TapeLeave }
  | { readonly kind: 'expire'; readonly expiry: Expiry }
  | { readonly kind: 'copy'; readonly target: string; readonly key: Uint8Array | null }
  /** Resolves when names are indexed and the log is worked into the database. */
  | { readonly kind: 'settle' }
  | { readonly kind: 'close' };

export interface WriterCall {
  readonly id: number;
  readonly request: WriterRequest;
}

export type WriterAnswer =
  /** The catalog is open; `interrupted` were being written when its console ended. */
  | { readonly kind: 'ready'; readonly interrupted: readonly SetId[] }
  /** It could not be opened. */
  | { readonly kind: 'refused'; readonly error: ErrorData }
  | { readonly kind: 'progress'; readonly id: number; readonly elements: number }
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly error: ErrorData };
