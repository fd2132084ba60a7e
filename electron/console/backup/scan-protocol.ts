import type { ErrorData } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import type { LeftOut, Selection } from '../../../shared/model/selection.ts';
import type { SharedRunControl } from '../../engine/mover/run-control.ts';
import type { SpoolFile } from '../../engine/mover/spool.ts';

/** What a scan is started with. */
export interface ScanSetup {
  readonly selection: Selection;
  /** Folders that are never part of an object: the home and the vaults. Absolute paths as text. */
  readonly ownFolders: readonly string[];
  readonly catalog: string;
  /** Set whose state counts as known, or null for a full backup. */
  readonly known: string | null;
  /** When the known set was begun, milliseconds; 0 without one. */
  readonly knownSince: number;
  readonly set: string;
  readonly otherSets: readonly string[];
  /** Folder for spools; null for a plan, which only counts. */
  readonly spools: string | null;
  /** Database of what an interrupted set stored already, or null. */
  readonly resume: string | null;
  readonly control: SharedRunControl;
  /** Word 0: batches that may still be sent; the scan waits at 0. */
  readonly credit: SharedArrayBuffer;
}

/** What the scan has counted so far. */
export interface ScanCounts {
  readonly elements: number;
  readonly logicalBytes: number;
  /** Files whose content has to be looked at, and its bytes. */
  readonly files: number;
  readonly bytes: number;
}

export type ScanAnswer =
  /** Work for a front end. `items` elements or parts, `bytes` of content. */
  | { readonly kind: 'batch'; readonly items: Uint8Array<ArrayBuffer>; readonly count: number; readonly bytes: number }
  | { readonly kind: 'counts'; readonly counts: ScanCounts }
  | {
      readonly kind: 'done';
      readonly counts: ScanCounts;
      readonly leftOut: readonly LeftOut[];
      readonly warnings: readonly Warning[];
      readonly warningsDropped: number;
      /** Elements without content, removed paths, and names of hard-linked files whose content another name brings. */
      readonly elements: SpoolFile | null;
      readonly removed: SpoolFile | null;
      readonly links: SpoolFile | null;
    }
  | { readonly kind: 'failed'; readonly error: ErrorData };
