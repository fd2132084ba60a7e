import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { errnoOf, ioError } from '../../platform/errno.ts';
import { randomId } from '../../platform/ids.ts';
import type { Codec } from '../blockset/unit.ts';
import { MEDIA_SUFFIX, volumeOf } from './barcodes.ts';
import { latestEnvelopes } from './later-envelopes.ts';
import { Lease, watchLease } from './lease.ts';
import { takeInventory } from './library-inventory.ts';
import { type LibraryState, readLibrary, writeLibrary } from './library-state.ts';
import { FORMAT_VERSION, type NodeHeader } from './node-header.ts';
import { formatTooNew, isNewerOnTape } from './tape-errors.ts';
import type { TapeGlance } from './tape-glance.ts';
import { blankTape } from './tape-record.ts';
import { aboutTape, glanceAtTape, shelvedBarcodes, tapePath } from './tape-shelf.ts';

const DEFAULT_CAPACITY = 8 * 1024 ** 3;
const MIN_CAPACITY = 32 * 1024 ** 2;
/** Numbers that are looked through for the name of a tape. */
const VOLUMES = 30_000;
/** Names and sequences left to tapes that are away: no tape says how many there are younger than itself. */
const LEFT_FREE = 1000;

export interface RecoverySettings {
  readonly drives?: number;
  /** The library gets at least as many slots as there are tapes. */
  readonly slots?: number;
  readonly tapeBytes?: number | undefined;
  /** How content is compressed from now on; zstd unless given. */
  readonly codec?: Codec | undefined;
}

/**
 * Makes `library.json` of a vault anew when it is lost or damaged, from the tapes alone: vault, envelopes and tapes as
 * their node headers and tails say. Capacity, drives and slots are on no tape: they come from the settings, else capacity
 * from the tapes that are full. A damaged one stays beside it under another name. The vault is held meanwhile. Errors:
 * VAULT_EXISTS when the library can be read, NO_SUCH_VAULT when no tape can be, TAPE_MISMATCH when tapes of several
 * vaults lie there, FORMAT_TOO_NEW, VAULT_HELD, IO, and what `accept` throws when it sees the library before it is written.
 */
export const recoverLibrary = async (
  dir: string,
  settings: RecoverySettings = {},
  accept: (state: LibraryState) => Promise<unknown> = async () => undefined,
): Promise<LibraryState> => {
  demandLost(dir);
  // Without a tape of a vault in it the folder is left alone: not even a lease is written.
  await accept(readTapes(dir, settings));
  const lease = Lease.acquire(dir, { silent: await watchLease(dir) });
  try {
    demandLost(dir);
    // Read once more: whoever held the vault until now may have written to its tapes.
    const state = readTapes(dir, settings);
    keepDamaged(dir);
    writeLibrary(dir, state);
    return state;
  } finally {
    await lease.release();
  }
};

/** Throws unless the library is not there or damaged: one of a newer version, or that cannot be read now, is neither. */
export const demandLost = (dir: string): void => {
  try {
    readLibrary(dir);
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (error.code === 'NO_SUCH_VAULT' || error.code === 'VAULT_DAMAGED') return;
    throw error;
  }
  throw refuse('VAULT_EXISTS', dir, 'its library.json can be read');
};

/** Puts a damaged library where the new one does not replace it. */
export const keepDamaged = (dir: string): void => {
  const file = join(dir, 'library.json');
  if (!existsSync(file)) return;
  try {
    renameSync(file, `${file}.damaged-${randomId()}`);
  } catch (error) {
    throw ioError('rename', errnoOf(error) ?? 'EIO', file, error);
  }
};

const readTapes = (dir: string, settings: RecoverySettings): LibraryState => {
  const looks = shelvedBarcodes(dir).map((barcode) => glanceAt(dir, barcode));
  // What a newer version labelled, or damage makes look so, does not speak for the vault; an inventory takes it in.
  const newer = looks.find((look) => look instanceof ColdframeError);
  const glances = looks.filter((look): look is TapeGlance => look !== null && !(look instanceof ColdframeError));
  const headers = glances.map(({ header }) => header);
  const [newest] = inOrderOfTrust(glances);
  if (!newest && newer) throw formatTooNew(`What lies in ${dir}`, newer.context.newer as number);
  if (!newest) throw refuse('NO_SUCH_VAULT', dir, 'no tape in its folder "tapes" can be read');
  const other = headers.find(({ vault }) => vault.id !== newest.vault.id);
  if (other)
    throw refuse(
      'TAPE_MISMATCH',
      dir,
      `tapes of the vaults "${newest.vault.name}" and "${other.vault.name}" lie in it`,
    );
  const { state } = takeInventory(dir, bareLibrary(newest, glances, settings), new Set());
  return withBlanks(state);
};

/**
 * Headers, the one that speaks for the vault in front. A vault is sealed for good: one tape that is sealed outweighs
 * newer ones that are not, which anybody can make. What is left of a damaged one comes last.
 */
export const inOrderOfTrust = (glances: readonly TapeGlance[]): NodeHeader[] =>
  glances
    .toSorted(
      (one, other) =>
        Number(other.header.sealed) - Number(one.header.sealed) ||
        Number(one.front !== null) - Number(other.front !== null) ||
        other.header.tape.sequence - one.header.tape.sequence,
    )
    .map(({ header }) => header);

/** Blank tapes for the slots that are left, as a new vault has them. */
const withBlanks = (state: LibraryState): LibraryState => {
  const blanks = state.slots.filter(({ tape }) => tape === null);
  const volumes = blanks.map((_, index) => volumeOf(state.nextVolume + index));
  return {
    ...state,
    slots: state.slots.map((slot) => (slot.tape === null ? { ...slot, tape: volumes.shift() ?? null } : slot)),
    tapes: [
      ...state.tapes,
      ...blanks.map((_, index) => {
        const volume = volumeOf(state.nextVolume + index);
        return blankTape(volume, `${volume}${MEDIA_SUFFIX}`);
      }),
    ],
    nextVolume: state.nextVolume + blanks.length,
  };
};

/** What a tape holds at most: the longest of those that are full says so, and none is longer than that. */
const capacityOf = (glances: readonly TapeGlance[]): number => {
  const full = glances.some(({ tail }) => tail?.full === true);
  return Math.max(full ? MIN_CAPACITY : DEFAULT_CAPACITY, ...glances.map(({ bytes }) => bytes));
};

/** Null for what is no tape; the error for one whose label is of a newer version. */
const glanceAt = (dir: string, barcode: string): TapeGlance | ColdframeError | null => {
  try {
    const glance = glanceAtTape(tapePath(dir, barcode));
    return glance.front?.context.part === 'label' ? glance.front : glance;
  } catch (thrown) {
    // A tape that cannot be read just now may be one of ours.
    const error = aboutTape(thrown);
    if (error.code === 'IO') throw thrown;
    return isNewerOnTape(error) ? error : null;
  }
};

/** A library that knows of no tape yet. */
export const bareLibrary = (
  newest: NodeHeader,
  glances: readonly TapeGlance[],
  settings: RecoverySettings,
): LibraryState => {
  const { drives = 2, slots = 8, tapeBytes = capacityOf(glances), codec = 'zstd' } = settings;
  const headers = glances.map(({ header }) => header);
  const volumes = new Set(headers.map(({ tape }) => tape.volume));
  // Tapes that are missing now may come back: names go on well behind those that are there.
  const lastSequence = Math.max(...headers.map(({ tape }) => tape.sequence));
  let nextVolume = lastSequence + 1;
  for (let number = 1, left = volumes.size; left > 0 && number < VOLUMES; number += 1) {
    if (!volumes.has(volumeOf(number))) continue;
    nextVolume = Math.max(nextVolume, number + 1);
    left -= 1;
  }
  const latest = latestEnvelopes(glances.filter(({ header }) => header.sealed));
  const createdAt = Math.min(...headers.map(({ tape }) => Date.parse(tape.labelledAt)));
  return {
    format: 'coldframe-vault',
    version: FORMAT_VERSION,
    vault: { ...newest.vault, createdAt },
    // Beyond whatever the lost one had counted to, so that it does not pass for an older one.
    generation: Date.now(),
    settings: { tapeBytes, codec, sealed: newest.sealed },
    envelopes: latest ? [...latest.envelopes] : newest.envelopes,
    envelopesGeneration: latest?.envelopesGeneration ?? 0,
    slots: Array.from({ length: slots }, (_, index) => ({ number: index + 1, tape: null })),
    drives: Array.from({ length: drives }, (_, index) => ({ number: index + 1, tape: null, mounts: 0 })),
    tapes: [],
    nextVolume: nextVolume + LEFT_FREE,
    nextSequence: lastSequence + 1 + LEFT_FREE,
  };
};

const refuse = (code: 'VAULT_EXISTS' | 'NO_SUCH_VAULT' | 'TAPE_MISMATCH', dir: string, why: string): ColdframeError =>
  new ColdframeError(code, {
    message: `The library of ${dir} cannot be made anew: ${why}.`,
    guidance: 'Put the tapes of one vault, and nothing else, into the folder "tapes" of an otherwise empty folder.',
    context: { dir },
  });
