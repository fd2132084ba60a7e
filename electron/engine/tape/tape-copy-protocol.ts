import type { ErrorData } from '../../../shared/errors.ts';
import type { ChunkPlace, Warning } from '../../../shared/model/block-set.ts';
import type { TapeAccess } from './tape-access.ts';
import type { CatalogSetNote, TapeSummary } from './tape-ending.ts';
import type { ReadAccess } from './tape-reader.ts';

/** What the thread that copies a tape is asked. */
export interface TapeCopyRequest {
  readonly from: ReadAccess;
  /** Labelled, and nothing on it. */
  readonly to: TapeAccess;
  /** Sets whose chunks are left out: they expired. */
  readonly leaveOut: readonly string[];
  /** For the tape catalog of the copy. */
  readonly sets: readonly CatalogSetNote[];
  /** One word: 1 when it is to end. */
  readonly cancelled: Int32Array<SharedArrayBuffer>;
}

export type TapeCopyAnswer =
  | { readonly kind: 'progress'; readonly phase: 'copying' | 'reading back'; readonly bytes: number }
  | {
      readonly kind: 'copied';
      readonly summary: Omit<TapeSummary, 'sets'>;
      /** Where everything lies on the copy; all of it is durable and was read back. */
      readonly places: readonly ChunkPlace[];
      /** What could not be read, and so is not on the copy. */
      readonly warnings: readonly Warning[];
    }
  | { readonly kind: 'failed'; readonly error: ErrorData };
