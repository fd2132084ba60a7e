import type { ErrorData } from '../../../shared/errors.ts';
import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import type { TapeAccess } from './tape-access.ts';
import type { ReadAccess } from './tape-reader.ts';

/** What the thread that brings a tape out of a library, or into one, is asked. */
export interface TapeTransferRequest {
  /** What is read: a `.tap` file, or a tape in its drive. */
  readonly from: Pick<TapeAccess, 'path' | 'device'>;
  /** The file that is made of it; with `compare`, the one that it is held against. Null: a file is only read through. */
  readonly to: string | null;
  readonly compare: boolean;
  /**
   * Who the tape must be; its path is `to`, or that of the file that is only read through. Null for a file of which a secret may be needed that nobody
   * has yet: what lies on it is not looked into, and what is made of it is held against it instead.
   */
  readonly access: Omit<ReadAccess, 'path' | 'device'> | null;
  /** One word: 1 when it is to end. */
  readonly cancelled: Int32Array<SharedArrayBuffer>;
}

/** What was found on a tape that was read through. */
export interface TapeReadThrough {
  readonly bytes: number;
  /** Of the file, in hexadecimal digits. Of one that is only read through: of its items as a container has them, without what ends the medium. */
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

/** What the thread is asked that makes a tape in a drive of the file of a tape. */
export interface TapeWindRequest {
  /** The `.tap` file, which is whole. */
  readonly file: string;
  /** What was found in it when it was read through: the tape has to have just that, whatever the file has by now. */
  readonly is: Pick<TapeReadThrough, 'bytes' | 'sha256'>;
  readonly onto: Pick<TapeAccess, 'path' | 'device' | 'capacity'>;
  /** Whether what the tape lacks of the file is written to it. */
  readonly writes: boolean;
  /** One word: 1 when it is to end. */
  readonly cancelled: Int32Array<SharedArrayBuffer>;
}

export type TapeWindAnswer =
  | { readonly kind: 'progress'; readonly phase: 'copying' | 'comparing' | 'reading back'; readonly bytes: number }
  /** The tape holds what the file holds. */
  | { readonly kind: 'same' }
  /** The tape is blank, or ends where the file goes on. Only without `writes`. */
  | { readonly kind: 'blank' | 'begun' }
  /** The tape holds anything else. Nothing was written to it. */
  | { readonly kind: 'different' }
  | { readonly kind: 'failed'; readonly error: ErrorData };
