import type { ErrorData } from '../../../shared/errors.ts';
import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import type { TapeAccess } from './tape-access.ts';
import type { ReadAccess } from './tape-reader.ts';

/** What the thread that brings a tape out of a library, or into one, is asked. */
export interface TapeTransferRequest {
  /** What is read: a `.tap` file, or a tape in its drive. */
  readonly from: Pick<TapeAccess, 'path' | 'device'>;
  /** The file that is made of it; with `compare`, the one that it is held against. */
  readonly to: string;
  readonly compare: boolean;
  /** Who the tape must be; its path is `to`. */
  readonly access: Omit<ReadAccess, 'path' | 'device'>;
  /** One word: 1 when it is to end. */
  readonly cancelled: Int32Array<SharedArrayBuffer>;
}

/** What was found on a tape that was read through. */
export interface TapeReadThrough {
  readonly bytes: number;
  /** Of the file, in hexadecimal digits. */
  readonly sha256: string;
  /** The whole chunks, in order, their payloads checked. */
  readonly places: readonly ChunkPlace[];
  /** What is no whole chunk; the first hundred. */
  readonly damage: readonly string[];
  /** It has an intact tail that lists just these chunks, or nothing lies behind its label. Else it may have been longer. */
  readonly ended: boolean;
}

export type TapeTransferAnswer =
  | { readonly kind: 'progress'; readonly phase: 'copying' | 'comparing' | 'reading back'; readonly bytes: number }
  | ({ readonly kind: 'transferred' } & TapeReadThrough)
  /** Only with `compare`. */
  | { readonly kind: 'different' }
  | { readonly kind: 'failed'; readonly error: ErrorData };
