import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { asColdframeError, ColdframeError } from '../../shared/errors.ts';
import type { BlockSetSummary, Warning } from '../../shared/model/block-set.ts';
import type { SetId } from '../../shared/units.ts';
import { tapeId } from '../../shared/units.ts';
import * as catalog from '../engine/catalog/index.ts';
import type { MountedTapeSummary } from '../engine/mover/back-end-protocol.ts';
import type { VaultKeys } from '../engine/tape/keys.ts';
import { vaultInUse, vaultUnsealed } from '../engine/tape/library-errors.ts';
import type { TapeRecord } from '../engine/tape/library-state.ts';
import { isAsBefore } from '../engine/tape/relabel.ts';
import type { TapeAccess } from '../engine/tape/tape-access.ts';
import type { Vault } from '../engine/tape/vault.ts';
import { roomToWrite } from '../engine/tape/writable-tapes.ts';
import { boundMemory } from '../platform/memory-bounds.ts';
import type { BackupSession, TapeRoom } from './backup/backup-session.ts';
import { type BroughtTape, DrivePool, type TapeSource } from './backup/drive-pool.ts';
import { SetLook } from './backup/lost-sets.ts';
import { type CatalogMarks, copyFile, marksIn, noteCopy, refreshCopy } from './catalog-copy.ts';
import { catalogFile } from './catalog-place.ts';
import { driveNamed, OF_DEVICE } from './library/drive-of-error.ts';
import { demandInDrive } from './library/label-in-drive.ts';
import { generationSeen, noteGeneration } from './library-seen.ts';
import { holdsOnlyExpired } from './retention/expired-tape.ts';
import { type Taking, takeVault } from './take-vault.ts';
import type { JobControl, VaultAccess, VaultInfo, VaultSession } from './use-cases.ts';

/** Errors of a write that a dirty drive makes, besides others. */
const MAY_WANT_CLEANING: ReadonlySet<string> = new Set(['IO', 'TAPE_DAMAGED', 'DEVICE_FAILED']);

/** What a back end needs to open a tape. */
interface MountAccess {
  readonly tape: TapeAccess;
  readonly expectChunks: number;
}

/** An open vault: leased, unlocked, its catalog open, its drives ready. Shared by the jobs that use it at the same time. */
export class OpenVault implements BackupSession {
  readonly vault: Vault;
  readonly home: string;
  readonly keys: VaultKeys | null;
  readonly catalogFile: string;
  /** A reader; for the writer see `writer`. */
  readonly catalog: catalog.Catalog;
  readonly writer: catalog.CatalogWriterClient;
  readonly drives: DrivePool<unknown>;
  readonly ownFolders: readonly string[];
  /** What was found out of order, and put in order, when the vault was opened. */
  readonly findings: readonly Warning[];

  private constructor(
    vault: Vault,
    keys: VaultKeys | null,
    home: string,
    file: string,
    writer: catalog.CatalogWriterClient,
  ) {
    this.vault = vault;
    this.home = home;
    this.keys = keys;
    this.ownFolders = [home, vault.dir];
    this.catalogFile = file;
    this.writer = writer;
    this.catalog = catalog.openCatalog(file, { readOnly: true });
    this.findings = this.#catchUp();
    this.drives = new DrivePool<MountAccess>(vault.library.state.drives.length, this.#tapes()) as DrivePool<unknown>;
  }

  /** The vault is leased and unlocked already; errors: CATALOG_*, IO. */
  static async open(vault: Vault, keys: VaultKeys | null, home: string): Promise<OpenVault> {
    const file = catalogFile(home, vault.id);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const writer = await catalog.CatalogWriterClient.open(file);
    try {
      return new OpenVault(vault, keys, home, file, writer);
    } catch (error) {
      await writer.close();
      throw error;
    }
  }

  get dir(): string {
    return this.vault.dir;
  }

  get codec(): TapeAccess['codec'] {
    return this.vault.library.state.settings.codec;
  }

  /** Throws VAULT_HELD once another console took the vault over. */
  demandHeld(): void {
    this.vault.demandHeld();
  }

  setKey(set: SetId): Uint8Array | null {
    return this.keys?.setKey(set) ?? null;
  }

  setsOf(object: string): readonly BlockSetSummary[] {
    return catalog.sets(this.catalog, object);
  }

  lookAtSets(): SetLook {
    return new SetLook(this.vault, this.keys, this.catalog);
  }

  writableRoom(): readonly TapeRoom[] {
    return roomToWrite(this.vault.library.state, Date.now());
  }

  async refreshCatalogCopy(): Promise<void> {
    const key = this.keys?.exportKey() ?? null;
    await refreshCopy(this.#copyPlace, this.#marks, async (target) => await this.writer.copy(target, key));
  }

  /** The same, and the copy is made anew however little changed: it has to say what went. */
  async renewCatalogCopy(): Promise<void> {
    mkdirSync(this.vault.catalogDir, { recursive: true, mode: 0o700 });
    await this.writer.copy(copyFile(this.#copyPlace), this.keys?.exportKey() ?? null);
    noteCopy(this.#copyPlace, this.#marks);
  }

  /** Whether whoever opens the vault with its own copy of the catalog learns of everything that expired. */
  get expiryIsPublished(): boolean {
    return marksIn(this.#copyPlace).expiry === this.#marks.expiry;
  }

  /**
   * Whether nothing lies on a tape but chunks of sets that expired, as the tape itself says. `headers`: of every chunk, not its directory alone.
   * A tape of a changer is not fetched for that: the catalog tells, and its drive asks the tape before it labels it anew.
   */
  holdsOnlyExpired(tape: TapeRecord, headers: boolean): boolean {
    if (this.vault.library.state.settings.changer !== undefined)
      return (
        tape.chunks > 0 &&
        catalog.chunkCountOn(this.catalog, tape.volume) === 0 &&
        catalog.expiredChunks(this.catalog)(tape.volume, tape.sequence) >= tape.chunks
      );
    return holdsOnlyExpired(this.catalog, this.vault.access(tape.volume, this.keys), tape, headers);
  }

  get #copyPlace(): { readonly folder: string; readonly catalogFile: string } {
    return { folder: this.vault.catalogDir, catalogFile: this.catalogFile };
  }

  /** How far the catalog of this home is. */
  get #marks(): CatalogMarks {
    return { lastSet: catalog.newestSet(this.catalog), expiry: catalog.newestExpiry(this.catalog) };
  }

  /**
   * Throws CATALOG_BEHIND when another home used the vault since: it holds sets that this home's catalog does not know, or does not
   * hold any more what that still lists.
   */
  demandCurrent(): void {
    const last = this.#unknownSet();
    if (last === null && this.#knowsExpiry()) return;
    const what =
      last === null
        ? `Block sets expired in the vault ${this.vault.dir}, moved to other tapes, or went with a tape that was erased, since the catalog of this home was brought up to date.`
        : `The vault ${this.vault.dir} holds block sets that the catalog of this home does not know: set ${last} among them.`;
    throw new ColdframeError('CATALOG_BEHIND', {
      message: what,
      guidance: `It was used from another home, or this one was put back from a copy. Bring the catalog up to date with: coldframe vault rebuild ${this.vault.dir}`,
      context: { vault: this.vault.dir, set: last },
    });
  }

  /** What readers are told where `demandCurrent` stops who writes: what they get may not be the newest there is. */
  behind(): Warning[] {
    const last = this.#unknownSet();
    const code = 'CATALOG_BEHIND';
    const path = this.vault.dir;
    if (last === null) {
      if (this.#knowsExpiry()) return [];
      const gone = `sets expired in the vault, moved to other tapes, or went with a tape that was erased, that this home still lists as they were: their tapes may hold something else by now. Bring this home up to date with: coldframe vault rebuild ${path}`;
      return [{ code, path, message: gone }];
    }
    const message = `the vault holds block sets that this home does not know, ${last} among them: there may be something newer. Bring this home up to date with: coldframe vault rebuild ${path}`;
    return [{ code, path, message }];
  }

  /** The set that was written to the vault last, when the catalog of this home does not know it. */
  #unknownSet(): string | null {
    const last = marksIn(this.#copyPlace).lastSet;
    const known = last === null || catalog.isKnown(this.catalog, last) || catalog.isExpired(this.catalog, last);
    return known ? null : last;
  }

  /** Whether this home's catalog knows of the run of retention that was last. */
  #knowsExpiry(): boolean {
    const { expiry } = marksIn(this.#copyPlace);
    return expiry === null || catalog.knowsExpiry(this.catalog, expiry);
  }

  /** Ends in order: tapes out with their tails, the catalog closed, the lease given back. */
  async close(): Promise<void> {
    try {
      await this.drives.close();
      noteGeneration(this.home, this.vault.id, this.vault.library.state.generation);
    } finally {
      // The writer last: only then is its log emptied, and the next session spared a look at it.
      this.catalog.close();
      await this.writer.close();
      await this.vault.close();
    }
  }

  /** Brings a library that was put back from an older copy in line with its tapes, before any is written to or read. */
  #catchUp(): Warning[] {
    const { library, id } = this.vault;
    const older = library.putBack || generationSeen(this.home, id) > library.state.generation;
    const found = library.catchUp(catalog.knownTapes(this.catalog).map(tapeId), older);
    const putBack = {
      code: 'LIBRARY_OLDER',
      path: this.vault.dir,
      message: library.putBack
        ? 'its library.json was from before the passphrase or the recovery code was changed; the present ones were taken from its tapes, and an inventory of them'
        : 'its library.json is older than this home has seen it; an inventory of its tapes was taken',
    };
    return [
      ...(older ? [putBack] : []),
      ...found.map(({ barcode, kind, message }) => ({ code: `TAPE_${kind.toUpperCase()}`, path: barcode, message })),
    ];
  }

  /** What it takes to write to a tape; its drive labels it anew first where that is due and nothing on it is kept. */
  accessToAppend(volume: TapeRecord['volume']): TapeAccess {
    const access = this.vault.access(volume, this.keys);
    const { relabels } = this.vault.library.tape(volume);
    if (!access.device || !relabels) return access;
    const { sequence, chunks, agreed } = relabels;
    const expired = catalog.expiredSets(this.catalog).map(({ id }) => id);
    // After a rebuild that found again what lies on it nobody has agreed to that.
    const erased = agreed && catalog.chunkCountOn(this.catalog, volume) === 0 ? { agreed } : {};
    return { ...access, device: { ...access.device, relabels: { sequence, chunks, expired, ...erased } } };
  }

  /** Of a file there is nothing to wait for. What is wrong with the tape is said, and noted, when it is wanted. */
  #bring(drive: number): BroughtTape | null {
    const { library } = this.vault;
    const next = library.upcomingTape();
    const standby = next && library.standBy(drive + 1, next.volume);
    if (next === null || standby === null) return null;
    const letGo = (): void => {
      try {
        standby.letGo();
      } catch {
        // Somebody else has the vault: where its tapes are is his to note.
      }
    };
    const look = async (): Promise<void> => {
      try {
        await demandInDrive(this.vault.access(next.volume, null), next);
        standby.arrived();
      } catch {
        letGo();
      }
    };
    return {
      tape: next.volume,
      settled: look(),
      get kept() {
        return standby.kept;
      },
      letGo,
    };
  }

  #tapes(): TapeSource<MountAccess> {
    const { library } = this.vault;
    const { changer } = library.state.settings;
    return {
      next: (drive, consolidates) => {
        try {
          const mayErase = (tape: TapeRecord): boolean => this.holdsOnlyExpired(tape, false);
          const isWritten = (tape: TapeRecord): boolean => catalog.chunksToUnfinished(this.catalog, tape.volume) > 0;
          const use = { consolidates, isWritten };
          const { volume, chunks, usedBytes } = library.nextWritableTape('data', mayErase, use);
          const number = library.driveFor(volume, drive + 1, this.drives.outOfService);
          library.mountAhead(number, volume);
          const expectChunks = Math.max(chunks, catalog.chunksToUnfinished(this.catalog, volume));
          const access = { tape: this.accessToAppend(volume), expectChunks };
          const { tapeBytes: bytesCapacity } = library.state.settings;
          return { tape: volume, access, drive: number - 1, bytesCapacity, bytesUsed: usedBytes };
        } catch (error) {
          if (error instanceof ColdframeError && error.code === 'OUT_OF_TAPES') return error;
          throw error;
        }
      },
      moved: () => library.moved,
      bring: (drive) => (changer === undefined ? null : this.#bring(drive)),
      refused: (tape, error) => {
        // It lies in a drive that does not give it away.
        if (OF_DEVICE.has(error.code) && driveNamed(library.state, error) !== null && library.state.drives.length > 1) {
          library.spare([tapeId(tape)]);
          return;
        }
        if (error.kind !== 'damaged' && error.code !== 'TAPE_MISMATCH' && error.code !== 'IO') throw error;
        if (error.code === 'TAPE_MISMATCH' && !isAsBefore(error)) library.noteAnother(tapeId(tape), error.message);
        else library.noteDamaged(tapeId(tape), error.message, isAsBefore(error));
      },
      ended: (tape, summary: MountedTapeSummary) => {
        library.noteWritten(tapeId(tape), summary);
        const drive = library.state.drives.find((one) => one.tape === tape)?.number;
        const asks = summary.asksForCleaning ?? null;
        if (drive !== undefined && asks !== null) library.noteCleaningAsked(drive, asks ? 'drive' : null);
      },
      troubled: (drive, { code, message }, tape) => {
        if (MAY_WANT_CLEANING.has(code)) library.noteCleaningAsked(drive + 1, 'errors');
        // Of files the disk is what fails, and it is that of all tapes.
        if (changer === undefined) return null;
        if (OF_DEVICE.has(code) || code === 'NO_SUCH_TAPE') {
          library.spare([tapeId(tape)]);
          return 'drive';
        }
        if (code !== 'TAPE_DAMAGED') return null;
        library.noteDamaged(tapeId(tape), message);
        return 'tape';
      },
      isOfDrive: (drive, error) => OF_DEVICE.has(error.code) && driveNamed(library.state, error) === drive + 1,
      mayWrite: () => {
        try {
          this.demandHeld();
          return true;
        } catch {
          return false;
        }
      },
      released: (drive) => library.unmount(drive + 1),
      complete: () => library.noteComplete(),
      idle: () => library.endRun(),
    };
  }
}

interface Shared {
  readonly opened: Promise<OpenVault>;
  users: number;
  /** Resolved when the last use has ended. */
  readonly over: PromiseWithResolvers<void>;
}

const open = new Map<string, Shared>();
/** Vaults that are being closed or used alone: opened again only when that is over. */
const busy = new Map<string, Promise<void>>();

const busyUntil = (dir: string, end: Promise<unknown>): void => {
  const done = end.then(
    () => undefined,
    () => undefined,
  );
  busy.set(dir, done);
  void done.then(() => {
    if (busy.get(dir) === done) busy.delete(dir);
  });
};

/**
 * Opens a vault for one use, sharing it with the uses that are under way; the secret is checked each time. Close the
 * session when done. Errors: NO_SUCH_VAULT, VAULT_HELD, PASSPHRASE_WRONG, PASSPHRASE_MISSING, CATALOG_*, IO.
 */
export const openVaultSession = async (
  dir: string,
  access: VaultAccess,
  home: string,
  job?: JobControl,
): Promise<VaultSession & { readonly opened: OpenVault }> => {
  const secret = access.passphrase ?? access.recoveryCode ?? null;
  const known = open.get(dir);
  const shared = known ?? { opened: openVault(dir, secret, home, job), users: 0, over: Promise.withResolvers<void>() };
  shared.users += 1;
  if (!known) open.set(dir, shared);
  const leave = async (): Promise<void> => await endUse(dir, shared);
  let opened: OpenVault;
  try {
    opened = await shared.opened;
  } catch (error) {
    forget(dir, shared);
    // The secret that does not open it, or the cancellation, may be that of the use that was joined.
    const { kind } = asColdframeError(error);
    const joinedWrong = kind === 'passphrase' || (kind === 'cancelled' && job?.signal.aborted !== true);
    if (known !== undefined && joinedWrong) return await openVaultSession(dir, access, home, job);
    throw error;
  }
  try {
    if (known) {
      await opened.vault.unlock(secret, job?.signal);
      // Who opens it looks for them; uses that join may keep it open for days.
      opened.vault.library.takeReturned();
    }
    return { info: infoOf(dir, opened.vault.library.state), opened, close: leave };
  } catch (error) {
    await leave().catch(() => undefined);
    throw error;
  }
};

/** Ends a use of a vault that is shared; the last one closes it. */
const endUse = async (dir: string, shared: Shared): Promise<void> => {
  shared.users -= 1;
  if (shared.users > 0) return;
  open.delete(dir);
  const closed = shared.opened.then(async (opened) => await opened.close());
  busyUntil(dir, closed);
  shared.over.resolve();
  await closed;
};

/** Takes a vault that did not open away from those that might join. */
const forget = (dir: string, shared: Shared): void => {
  if (open.get(dir) === shared) open.delete(dir);
  shared.over.resolve();
};

const openVault = async (
  dir: string,
  secret: string | null,
  home: string,
  job: JobControl | undefined,
): Promise<OpenVault> => {
  boundMemory();
  await busy.get(dir);
  const vault = await openTrusted(dir, job);
  try {
    return await OpenVault.open(vault, await vault.unlock(secret, job?.signal), home);
  } catch (error) {
    await vault.close();
    throw error;
  }
};

/** Opens a vault, unless it says that it is not sealed and its own copy of the catalog is. Throws VAULT_UNSEALED. */
const openTrusted = async (dir: string, job: Taking | undefined): Promise<Vault> => {
  const vault = await takeVault(dir, job);
  try {
    if (!vault.sealed && catalog.isSealedCopy(copyFile({ folder: vault.catalogDir })))
      throw vaultUnsealed(dir, vault, 'the copy of its catalog is sealed');
    return vault;
  } catch (error) {
    await vault.close();
    throw error;
  }
};

/** Whether a use of the vault is under way in this console. */
export const isInUse = (dir: string): boolean => open.has(dir);

/**
 * Uses a vault alone, without its catalog: waits for the uses under way, and those that come meanwhile wait for it. The
 * secret is checked before any work. Errors: NO_SUCH_VAULT, VAULT_HELD, PASSPHRASE_WRONG, PASSPHRASE_MISSING, CANCELLED, IO.
 */
export const withVaultAlone = async <Result>(
  dir: string,
  access: VaultAccess,
  work: (vault: Vault, keys: VaultKeys | null) => Promise<Result>,
  job?: Taking,
): Promise<Result> =>
  await alone(
    dir,
    async (vault) =>
      await work(vault, await vault.unlock(access.passphrase ?? access.recoveryCode ?? null, job?.signal)),
    job,
  );

/** Works on the library of a vault, which takes no secret: that of the uses under way, if there are any. */
export const withLibrary = async <Result>(
  dir: string,
  work: (library: Vault['library']) => Result,
): Promise<Result> => {
  const shared = open.get(dir);
  if (shared) return work((await shared.opened).vault.library);
  return await alone(dir, async (vault) => work(vault.library));
};

/** The same for what takes minutes, in which the vault is used for nothing else. Throws TAPE_IN_USE while a job uses it. */
export const withLibraryAlone = async <Result>(
  dir: string,
  work: (library: Vault['library']) => Promise<Result>,
): Promise<Result> => {
  if (isInUse(dir)) throw vaultInUse(dir);
  return await alone(dir, async (vault) => await work(vault.library));
};

/** Works with a vault for what takes minutes, beside the uses under way, if there are any; without its catalog and any secret. */
export const withVaultBeside = async <Result>(
  dir: string,
  work: (vault: Vault) => Promise<Result>,
): Promise<Result> => {
  const shared = open.get(dir);
  if (shared === undefined) return await alone(dir, work);
  shared.users += 1;
  let opened: OpenVault;
  try {
    opened = await shared.opened;
  } catch (thrown) {
    forget(dir, shared);
    throw thrown;
  }
  try {
    return await work(opened.vault);
  } finally {
    await endUse(dir, shared);
  }
};

/** The library of a vault that this console works with now; null when it does not. */
export const libraryInUse = async (dir: string): Promise<Vault['library'] | null> => {
  const shared = open.get(dir);
  return shared === undefined ? null : (await shared.opened).vault.library;
};

const alone = async <Result>(dir: string, work: (vault: Vault) => Promise<Result>, job?: Taking): Promise<Result> => {
  for (let end = endOfUse(dir); end !== undefined; end = endOfUse(dir)) await end;
  const run = (async () => {
    boundMemory();
    const vault = await openTrusted(dir, job);
    try {
      return await work(vault);
    } finally {
      await vault.close();
    }
  })();
  busyUntil(dir, run);
  return await run;
};

const endOfUse = (dir: string): Promise<void> | undefined => open.get(dir)?.over.promise ?? busy.get(dir);

/** The vault behind a session of this console. */
export const openedOf = (session: VaultSession): OpenVault => {
  const opened = 'opened' in session ? session.opened : null;
  if (!(opened instanceof OpenVault)) throw new TypeError('a session that this console did not open');
  return opened;
};

/** What is told of a vault in `dir`. */
export const infoOf = (dir: string, { vault, settings }: Vault['library']['state']): VaultInfo => ({
  id: vault.id,
  name: vault.name,
  dir,
  sealed: settings.sealed,
  createdAt: vault.createdAt,
});
