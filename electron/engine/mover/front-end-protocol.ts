import type { ByteString } from '../../../shared/byte-string.ts';
import type { ErrorData } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import type { ChannelSettings } from './accumulator.ts';
import type { SharedRunControl } from './run-control.ts';
import type { SpoolFile } from './spool.ts';
import type { SharedStaging } from './staging.ts';
import type { VolumeSource } from './volume-access.ts';

/** What a front end is started with. */
export interface FrontEndSetup {
  readonly staging: SharedStaging;
  readonly control: SharedRunControl;
  readonly settings: ChannelSettings;
  readonly spool: string;
  /** The volumes of the object; null when it is made of files. */
  readonly volumes: readonly VolumeSource[] | null;
  /** COUNTERS numbers of this front end, Float64, written by it alone. */
  readonly counters: SharedArrayBuffer;
}

/** Positions in the counters of a front end. */
export const COUNTER = { elements: 0, bytesRead: 1, segments: 2, bytesStored: 3 } as const;
export const COUNTERS = 4;

/** Where the record of a hard-linked file's content stands in the front end's spool. */
export interface LinkPlace {
  readonly device: number;
  readonly inode: number;
  readonly offset: number;
}

/** One part of a long file, its extents encoded as an element record or element part record. */
export interface PartReport {
  readonly path: ByteString;
  readonly part: number;
  /** Empty unless something was stored. */
  readonly record: Uint8Array;
  /** `gone`: the file was not there any more; `refused`: the system did not let it be read. */
  readonly outcome: 'stored' | 'changed' | 'gone' | 'refused';
}

export interface BatchReport {
  readonly links: readonly LinkPlace[];
  readonly parts: readonly PartReport[];
  /** Files that were gone when their turn came. */
  readonly gone: readonly ByteString[];
  readonly warnings: readonly Warning[];
}

/** What the set metadata is written from; the paths are spools. */
export interface MetadataOrder {
  readonly header: string;
  /** Spool of chunk place records. */
  readonly places: SpoolFile;
  readonly removed: readonly SpoolFile[];
  readonly elements: readonly SpoolFile[];
  /** Whether what lies in other sets is written as taken over from the parent. */
  readonly inherits: boolean;
  readonly drive: number;
}

export type FrontEndRequest =
  | { readonly kind: 'batch'; readonly id: number; readonly items: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'finish' }
  | { readonly kind: 'metadata'; readonly order: MetadataOrder };

export type FrontEndAnswer =
  | { readonly kind: 'batch-done'; readonly id: number; readonly report: BatchReport }
  | { readonly kind: 'finished'; readonly spool: SpoolFile }
  | { readonly kind: 'metadata-done'; readonly bytesStored: number; readonly parts: number }
  | { readonly kind: 'failed'; readonly error: ErrorData };
