import type { BlockSetSummary, Warning } from '../../../shared/model/block-set.ts';
import type { SetId } from '../../../shared/units.ts';
import type { Codec } from '../../engine/blockset/unit.ts';
import type { CatalogWriterClient } from '../../engine/catalog/index.ts';
import type { DrivePool } from './drive-pool.ts';
import type { SetLook } from './lost-sets.ts';

/** What a tape has room for beside its own records. */
export interface TapeRoom {
  readonly tape: string;
  readonly bytesFree: number;
}

/** What a backup needs of an open vault. */
export interface BackupSession {
  readonly codec: Codec;
  readonly drives: DrivePool<unknown>;
  /** Database file of the catalog, for readers in other threads. */
  readonly catalogFile: string;
  readonly writer: CatalogWriterClient;
  /** Folders that are never part of an object: the home and the vault. */
  readonly ownFolders: readonly string[];
  /** What was found out of order in the vault, and put in order, when it was opened. */
  readonly findings: readonly Warning[];
  /** The vault's folder. */
  readonly dir: string;
  /** Throws VAULT_HELD once another console took the vault over. */
  demandHeld(): void;
  /** The key of a set, or null in an open vault. */
  setKey(set: SetId): Uint8Array | null;
  /** Complete and interrupted sets of an object, oldest first. */
  setsOf(object: string): readonly BlockSetSummary[];
  /** A look whether tapes still hold what the catalog says that sets have on them. */
  lookAtSets(): SetLook;
  /** The tapes that can be written to, in the order in which they are used. */
  writableRoom(): readonly TapeRoom[];
  /** Brings the vault's copy of the catalog up to date; after the set is safe. */
  refreshCatalogCopy(): Promise<void>;
}
