import { chmodSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ColdframeError } from '../../../shared/errors.ts';
import { type Bytes, type Millis, millis, type TapeId, type VaultId, vaultId } from '../../../shared/units.ts';
import { syncDirectory } from '../../platform/durable-write.ts';
import { errnoOf, ioError, isErrno } from '../../platform/errno.ts';
import { randomId } from '../../platform/ids.ts';
import { makeFolder } from '../../platform/make-folder.ts';
import { robotUsers } from '../../platform/robot-user.ts';
import type { Codec } from '../blockset/unit.ts';
import { MEDIA_SUFFIX, volumeOf } from './barcodes.ts';
import { type ChangerChoice, deviceOf, settleInChanger } from './changer-library.ts';
import { demandUnsealedTapes } from './demand-unsealed.ts';
import type { KeyEnvelope } from './key-envelope.ts';
import { normalizePassphrase, VaultKeys, wrapKey, wrapRecoveryCode } from './keys.ts';
import { Lease, type LeaseOptions } from './lease.ts';
import { Library } from './library.ts';
import {
  badRequest,
  notSealed,
  readOnlyVault,
  recoveryCodeUncertain,
  recoveryCodeUnwanted,
  tapeInUse,
} from './library-errors.ts';
import { withReturned } from './library-inventory.ts';
import { type LibraryState, readLibrary, writeLibrary } from './library-state.ts';
import { FORMAT_VERSION } from './node-header.ts';
import { withPlaces } from './own-places.ts';
import { placeRescue } from './rescue-copy.ts';
import { readRobotLog } from './robot-log.ts';
import { withRobotMoves } from './robot-places.ts';
import type { Element } from './scsi/element-status.ts';
import { refreshTails, type TailRefresh } from './tail-refresh.ts';
import type { TapeAccess } from './tape-access.ts';
import { blankTape } from './tape-record.ts';
import { makeShelf } from './tape-shelf.ts';
import { demandPassphraseItself, unlockLibrary } from './unlock-library.ts';

export const MIN_TAPE_BYTES = 32 * 1024 * 1024;

export interface CreateVaultOptions {
  readonly dir: string;
  readonly name: string;
  /** 1 to 64; 2 unless given. */
  readonly drives?: number;
  /** 1 to 10,000; 8 unless given. */
  readonly slots?: number;
  /** Capacity of each tape; at least 32 MiB; 8 GiB unless given. */
  readonly tapeBytes?: Bytes | number;
  readonly codec?: Codec;
  /** Its tapes are in a real library, of which this was found; its drives and slots count then. */
  readonly changer?: ChangerChoice & { readonly elements: readonly Element[] };
  /** Seals the vault. */
  readonly passphrase?: string | null;
}

export interface VaultOptions {
  readonly now?: () => Millis;
  readonly lease?: LeaseOptions;
}

/** Of the folder of a vault: where the copy of its catalog lies. */
const CATALOG_FOLDER = 'catalog';

/**
 * A vault that this process holds: one folder with the library, its tapes and its rescue program. Everything that it
 * writes is durable when a call returns, and a kill at any point leaves a vault that opens without repair.
 */
export class Vault {
  readonly dir: string;
  readonly library: Library;
  /** Or why the vault cannot be written to. */
  readonly #lease: Lease | ColdframeError;

  private constructor(dir: string, lease: Lease | ColdframeError, state: LibraryState, now: () => Millis) {
    this.dir = dir;
    this.#lease = lease;
    this.library = new Library({ dir, now, demand: () => this.demandHeld(), readOnly: this.readOnly }, state);
  }

  /**
   * Takes the lease and reads the library. A vault on a medium that cannot be written to, or that is full, is opened without a lease, for
   * reading alone. Errors: NO_SUCH_VAULT, VAULT_HELD, VAULT_DAMAGED, VAULT_UNSEALED, FORMAT_TOO_NEW, IO.
   */
  static open(dir: string, options: VaultOptions = {}): Vault {
    readLibrary(dir);
    const now = options.now ?? (() => millis(Date.now()));
    const lease = leaseOrWhyNot(dir, options.lease);
    if (lease instanceof ColdframeError) return new Vault(dir, lease, withPlaces(dir, readTrusted(dir)), now);
    try {
      const vault = new Vault(dir, lease, readTrusted(dir), now);
      sweep(dir);
      makeShelf(dir);
      placeRescue(dir);
      return vault;
    } catch (error) {
      lease.release().catch(() => undefined);
      throw error;
    }
  }

  get id(): VaultId {
    return this.library.state.vault.id;
  }

  get name(): string {
    return this.library.state.vault.name;
  }

  get sealed(): boolean {
    return this.library.state.settings.sealed;
  }

  /** For the copy of the catalog; the folder may not exist yet. */
  get catalogDir(): string {
    return join(this.dir, CATALOG_FOLDER);
  }

  /** Whether it can only be read. */
  get readOnly(): boolean {
    return this.#lease instanceof ColdframeError;
  }

  /** Throws VAULT_HELD once another console took the vault over, VAULT_READ_ONLY or DISK_FULL when it can only be read. */
  demandHeld(): void {
    if (this.#lease instanceof ColdframeError) throw this.#lease;
    this.#lease.demand();
  }

  /**
   * The keys, from a passphrase or recovery code as typed; null when the vault is not sealed. A library that was put back
   * from before they were changed takes over the later envelopes of a tape. Errors: PASSPHRASE_*, VAULT_HELD, IO.
   */
  async unlock(secret: string | null, signal?: AbortSignal): Promise<VaultKeys | null> {
    const { keys, later } = await unlockLibrary(this.dir, this.library.state, secret, signal);
    if (later) this.library.takeEnvelopes(later);
    return keys;
  }

  /** All that a thread needs to use a tape. */
  access(volume: TapeId, keys: VaultKeys | null): TapeAccess {
    const { vault, settings, envelopes, envelopesGeneration } = this.library.state;
    const found = deviceOf(this.library.state, volume);
    const device = found && { ...found, errand: { vault: this.dir, for: robotUsers() } };
    return {
      path: this.library.pathOf(volume),
      ...(device === null ? {} : { device }),
      vault: vault.id,
      volume,
      capacity: settings.tapeBytes,
      codec: settings.codec,
      vaultKey: keys?.exportKey() ?? null,
      envelopes,
      envelopesGeneration,
    };
  }

  /**
   * Wraps the vault key anew; no data is rewritten. The new passphrase counts as soon as the library is durable; then
   * the tails of all tapes that may be written get the new envelopes. What could not be (protected, missing, damaged) is
   * listed; such a tape keeps opening with the old passphrase.
   */
  async changePassphrase(secret: string, passphrase: string): Promise<TailRefresh> {
    const keys = await this.#keysToWrap(secret, 'the passphrase is to be changed');
    const fresh = await wrapKey(keys, 'passphrase', demandPassphrase(passphrase));
    return await this.#replaceEnvelope(keys, fresh);
  }

  /**
   * The same with a new recovery code, which counts before anybody has seen it. So it takes the passphrase itself, and not the
   * old code: whoever never gets to see the new one has a secret that opens the vault, and makes another. Nothing is changed, and
   * CANCELLED thrown, when the signal is aborted before that.
   */
  async changeRecoveryCode(
    passphrase: string,
    signal?: AbortSignal,
  ): Promise<TailRefresh & { readonly recoveryCode: string }> {
    const keys = await this.#keysToWrap(passphrase, 'a new recovery code is to be made');
    await demandPassphraseItself(this.dir, this.library.state, passphrase);
    const { recoveryCode, envelope } = await wrapRecoveryCode(keys);
    if (signal?.aborted) throw recoveryCodeUnwanted(this.dir);
    try {
      return { recoveryCode, ...(await this.#replaceEnvelope(keys, envelope)) };
    } catch (thrown) {
      throw recoveryCodeUncertain(thrown);
    }
  }

  /** The keys of a sealed vault of which no job uses a tape. */
  async #keysToWrap(secret: string, why: string): Promise<VaultKeys> {
    const keys = this.sealed ? await this.unlock(secret) : null;
    if (!keys) throw notSealed(this.dir);
    const [drive] = this.library.state.drives.filter(({ tape }) => tape !== null && this.library.isHeld(tape));
    if (drive?.tape) throw tapeInUse(drive.tape, drive.number, `a job uses it, and ${why}`);
    return keys;
  }

  /** Puts an envelope in the place of the one of its kind: in the library, then on the tapes. */
  async #replaceEnvelope(keys: VaultKeys, fresh: KeyEnvelope): Promise<TailRefresh> {
    const kept = this.library.state.envelopes.filter(({ kind }) => kind !== fresh.kind);
    this.library.replaceEnvelopes([fresh, ...kept]);
    return await refreshTails(this, keys);
  }

  /** Gives the lease back. Close writers first. */
  async close(): Promise<void> {
    if (this.#lease instanceof Lease) await this.#lease.release();
  }
}

/** The library, once the tapes do not speak against what it says of the seal; of a changer with what its robot did, also for a process that was killed. */
const readTrusted = (dir: string): LibraryState => {
  const state = readLibrary(dir);
  demandUnsealedTapes(dir, state);
  return state.settings.changer === undefined ? state : withRobotMoves(state, readRobotLog(dir));
};

/** The lease, or what whoever wants to write is told where nothing can be written. */
const leaseOrWhyNot = (dir: string, options: LeaseOptions | undefined): Lease | ColdframeError => {
  try {
    return Lease.acquire(dir, options);
  } catch (thrown) {
    if (!(thrown instanceof ColdframeError)) throw thrown;
    if (isErrno(thrown.cause, 'EROFS', 'EACCES', 'EPERM')) return readOnlyVault(dir);
    if (thrown.code === 'DISK_FULL') return thrown;
    throw thrown;
  }
};

/**
 * What a vault says of itself in the clear, tapes that lie in their places again among what is there; takes no lease. Errors:
 * NO_SUCH_VAULT, VAULT_DAMAGED, FORMAT_TOO_NEW, IO.
 */
export const inspectVault = (dir: string): LibraryState => {
  const state = readLibrary(dir);
  return state.settings.changer === undefined ? withReturned(dir, state) : state;
};

/**
 * Makes a vault in an empty or new folder and opens it. `recoveryCode` is shown once and kept nowhere. Errors: USAGE,
 * VAULT_EXISTS, IO.
 */
export const createVault = async (
  options: CreateVaultOptions,
  vaultOptions: VaultOptions = {},
): Promise<{ vault: Vault; recoveryCode: string | null }> => {
  const { dir, name, drives = 2, slots = 8, tapeBytes = 8 * 1024 ** 3, codec = 'zstd', passphrase = null } = options;
  demandRange('drives', drives, 1, 64);
  demandRange('slots', slots, 1, 10_000);
  if (!Number.isSafeInteger(tapeBytes) || tapeBytes < MIN_TAPE_BYTES)
    throw badRequest(
      `A tape holds at least 32 MiB, and not ${tapeBytes} bytes.`,
      'Choose a size of 32MiB or more; 8GiB is usual.',
    );
  if (passphrase !== null) demandPassphrase(passphrase);
  const now = (vaultOptions.now ?? (() => millis(Date.now())))();
  demandEmpty(dir);
  keepToOwner(dir);
  const id = vaultId(randomId());
  const { envelopes, recoveryCode } = await newEnvelopes(id, passphrase);
  const settled = options.changer ? settleInChanger(options.changer, options.changer.elements) : null;
  const volumes = Array.from({ length: slots }, (_, index) => volumeOf(index + 1));
  makeShelf(dir);
  writeLibrary(dir, {
    format: 'coldframe-vault',
    version: FORMAT_VERSION,
    vault: { id, name, createdAt: now },
    generation: 1,
    settings: {
      tapeBytes,
      codec,
      sealed: passphrase !== null,
      ...(settled === null ? {} : { changer: settled.changer }),
    },
    envelopes,
    envelopesGeneration: 0,
    slots: settled?.slots ?? volumes.map((tape, index) => ({ number: index + 1, tape })),
    drives:
      settled?.drives ?? Array.from({ length: drives }, (_, index) => ({ number: index + 1, tape: null, mounts: 0 })),
    ...(settled === null ? {} : { cleaning: { afterBytes: 0, tapes: [...settled.cleaning] } }),
    tapes: settled?.tapes ?? volumes.map((volume) => blankTape(volume, `${volume}${MEDIA_SUFFIX}`)),
    nextVolume: slots + 1,
    nextSequence: 1,
  });
  syncDirectory(join(dir, '..'));
  return { vault: Vault.open(dir, vaultOptions), recoveryCode };
};

const newEnvelopes = async (
  id: VaultId,
  passphrase: string | null,
): Promise<{ envelopes: LibraryState['envelopes']; recoveryCode: string | null }> => {
  if (passphrase === null) return { envelopes: [], recoveryCode: null };
  const keys = VaultKeys.generate(id);
  const [byPassphrase, { recoveryCode, envelope }] = await Promise.all([
    wrapKey(keys, 'passphrase', normalizePassphrase(passphrase)),
    wrapRecoveryCode(keys),
  ]);
  return { envelopes: [byPassphrase, envelope], recoveryCode };
};

const demandPassphrase = (typed: string): string => {
  const passphrase = normalizePassphrase(typed);
  if (passphrase.trim() === '')
    throw badRequest(
      'The passphrase is empty, or blank.',
      'Give a passphrase, or leave it out for a vault that is not sealed.',
    );
  return passphrase;
};

const demandRange = (what: string, value: number, least: number, most: number): void => {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw badRequest(
    `The number of ${what} must be from ${least} to ${most}, not ${value}.`,
    'Choose a number in this range.',
  );
};

/** Makes the folder, or makes sure that nothing but leftovers of an interrupted creation lies in it. */
const demandEmpty = (dir: string): void => {
  try {
    makeFolder(dir);
    const names = readdirSync(dir).filter((name) => !name.endsWith('.tmp'));
    if (names.every((name) => name === 'tapes' && readdirSync(join(dir, name)).length === 0)) return;
    const what = names.includes('library.json') ? 'holds a vault already' : 'is not empty';
    throw new ColdframeError('VAULT_EXISTS', {
      message: `The folder ${dir} ${what}.`,
      guidance: 'Choose an empty or new folder, or open the vault that is there.',
      context: { dir },
    });
  } catch (error) {
    if (isErrno(error, 'ENOTDIR', 'EEXIST'))
      throw badRequest(`${dir} is not a folder.`, 'Choose an empty or new folder.');
    if (isErrno(error, 'ENOENT'))
      throw badRequest(`No folder can be made at ${dir}: the file system there takes none.`, 'Choose another place.');
    throw error instanceof ColdframeError ? error : ioError('make', errnoOf(error) ?? 'EIO', dir, error);
  }
};

/** Takes a folder that was there away from others who could write to it, and so replace what lies in it. */
const keepToOwner = (dir: string): void => {
  if (process.platform === 'win32') return;
  try {
    const { mode, uid } = statSync(dir);
    if ((mode & 0o022) !== 0 && uid === process.getuid?.()) chmodSync(dir, 0o700);
  } catch (error) {
    // A file system without modes has nothing to take away.
    if (!isErrno(error, 'EPERM', 'EOPNOTSUPP', 'ENOSYS')) throw ioError('chmod', errnoOf(error) ?? 'EIO', dir, error);
  }
};

/** Removes what interrupted writes left behind. */
const sweep = (dir: string): void => {
  for (const folder of [dir, join(dir, 'tapes'), join(dir, CATALOG_FOLDER)]) {
    try {
      for (const name of readdirSync(folder))
        if (/\.[0-9a-f]{32}(\.aside)?\.tmp$/.test(name)) rmSync(join(folder, name), { force: true });
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw ioError('list', errnoOf(error) ?? 'EIO', folder, error);
    }
  }
};
