import type { ErrorData } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import type { LeftOut, NotEntered, Selection } from '../../../shared/model/selection.ts';
import type { SharedRunControl } from '../../engine/mover/run-control.ts';
import type { SpoolFile } from '../../engine/mover/spool.ts';
import type { VolumeToScan } from './volume-to-scan.ts';
import type { LongFileSent } from './work-sender.ts';

/** What a scan is started with. */
export interface ScanSetup {
  readonly selection: Selection;
  /** The volumes of the object; null when it is made of files. */
  readonly volumes: readonly VolumeToScan[] | null;
  /** Folders that are never part of an object: the home and the vaults. Absolute paths as text. */
  readonly ownFolders: readonly string[];
  readonly catalog: string;
  /** Set whose state counts as known, or null for a full backup. */
  readonly known: string | null;
  /** The last complete set, whatever counts as known: what was mounted then. */
  readonly before: string | null;
  /** When the known set was begun, milliseconds; 0 without one. */
  readonly knownSince: number;
  readonly set: string;
  readonly otherSets: readonly string[];
  /** Folder for spools. */
  readonly spools: string;
  /** A plan only counts: nothing is mapped, sent or written. */
  readonly countOnly: boolean;
  /** Interrupted sets whose content on tape is taken where it still fits, oldest first. */
  readonly resume: readonly InterruptedSet[];
  readonly control: SharedRunControl;
  /** Word 0: batches that may still be sent; the scan waits at 0. */
  readonly credit: SharedArrayBuffer;
}

/** A set that was never completed, and its key; null in an open vault. */
export interface InterruptedSet {
  readonly set: string;
  readonly key: Uint8Array | null;
}

/** What the scan has counted so far. */
export interface ScanCounts {
  readonly elements: number;
  readonly logicalBytes: number;
  /** Files whose content has to be looked at, and its bytes. */
  readonly files: number;
  readonly bytes: number;
  /** What rules leave out. */
  readonly leftOutElements: number;
  readonly leftOutBytes: number;
}

/** Work for a front end, and the files longer than a part that begin in it. */
export interface ScanBatch {
  readonly items: Uint8Array<ArrayBuffer>;
  /** Bytes of content to be looked at. */
  readonly bytes: number;
  readonly longFiles: readonly LongFileSent[];
}

export type ScanAnswer =
  | ({ readonly kind: 'batch' } & ScanBatch)
  | { readonly kind: 'counts'; readonly counts: ScanCounts }
  | {
      readonly kind: 'done';
      readonly counts: ScanCounts;
      readonly leftOut: readonly LeftOut[];
      readonly notEntered: NotEntered;
      readonly warnings: readonly Warning[];
      readonly warningsDropped: number;
      /** Elements without content, removed paths, and names of hard-linked files whose content another name brings. */
      readonly elements: SpoolFile;
      readonly removed: SpoolFile;
      readonly links: SpoolFile;
      /** What the scan found out about the source as a whole, for the set header. */
      readonly source: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'failed'; readonly error: ErrorData };
