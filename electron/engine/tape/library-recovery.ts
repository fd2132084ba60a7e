import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ColdframeError } from '../../../shared/errors.ts';
import { MEDIA_SUFFIX, volumeOf } from './barcodes.ts';
import type { KeyEnvelope } from './key-envelope.ts';
import { takeInventory } from './library-inventory.ts';
import { type LibraryState, writeLibrary } from './library-state.ts';
import { FORMAT_VERSION, type NodeHeader } from './node-header.ts';
import { aboutTape, glanceAtTape, shelvedBarcodes, type TapeGlance, tapePath } from './tape-shelf.ts';

export interface RecoverySettings {
  readonly drives?: number;
  /** The library gets at least as many slots as there are tapes. */
  readonly slots?: number;
  readonly tapeBytes?: number;
}

/**
 * Makes `library.json` of a vault anew when it is lost, from the tapes alone: vault, envelopes and tapes as their node
 * headers and tails say. Capacity, drives and slots are on no tape and come from the settings. Errors: VAULT_EXISTS when
 * there is a library, NO_SUCH_VAULT when no tape can be read, TAPE_MISMATCH when tapes of several vaults lie there.
 */
export const recoverLibrary = (dir: string, settings: RecoverySettings = {}): LibraryState => {
  if (existsSync(join(dir, 'library.json'))) throw refuse('VAULT_EXISTS', dir, 'it has a library.json');
  const glances = shelvedBarcodes(dir).flatMap((barcode) => glanceAt(dir, barcode));
  const headers = glances.map(({ header }) => header);
  const [newest] = [...headers].sort((one, other) => other.tape.sequence - one.tape.sequence);
  if (!newest) throw refuse('NO_SUCH_VAULT', dir, 'no tape in its folder "tapes" can be read');
  const other = headers.find(({ vault }) => vault.id !== newest.vault.id);
  if (other)
    throw refuse(
      'TAPE_MISMATCH',
      dir,
      `tapes of the vaults "${newest.vault.name}" and "${other.vault.name}" lie in it`,
    );
  const { state } = takeInventory(dir, bareLibrary(newest, glances, settings), new Set());
  writeLibrary(dir, state);
  return state;
};

const glanceAt = (dir: string, barcode: string): TapeGlance[] => {
  try {
    return [glanceAtTape(tapePath(dir, barcode))];
  } catch (thrown) {
    // A tape that cannot be read just now may be one of ours.
    if (aboutTape(thrown).code === 'IO') throw thrown;
    return [];
  }
};

/** A library that knows of no tape yet. */
const bareLibrary = (newest: NodeHeader, glances: readonly TapeGlance[], settings: RecoverySettings): LibraryState => {
  const { drives = 2, slots = 8, tapeBytes = 8 * 1024 ** 3 } = settings;
  const headers = glances.map(({ header }) => header);
  const barcodes = new Set(headers.map(({ tape }) => tape.barcode));
  let nextVolume = 1;
  while (barcodes.has(`${volumeOf(nextVolume)}${MEDIA_SUFFIX}`)) nextVolume += 1;
  const createdAt = Math.min(...headers.map(({ tape }) => Date.parse(tape.labelledAt)));
  return {
    format: 'coldframe-vault',
    version: FORMAT_VERSION,
    vault: { ...newest.vault, createdAt },
    settings: { tapeBytes, codec: 'zstd', sealed: newest.sealed },
    envelopes: newestEnvelopes(glances) ?? newest.envelopes,
    envelopesGeneration: 0,
    slots: Array.from({ length: slots }, (_, index) => ({ number: index + 1, tape: null })),
    drives: Array.from({ length: drives }, (_, index) => ({ number: index + 1, tape: null, mounts: 0 })),
    tapes: [],
    nextVolume,
    nextSequence: newest.tape.sequence + 1,
  };
};

/** The envelopes of the tail that was written last: those of the present passphrase. Null when no tape has a tail. */
const newestEnvelopes = (glances: readonly TapeGlance[]): KeyEnvelope[] | null => {
  const tails = glances.flatMap(({ tail }) => (tail ? [tail] : []));
  const [last] = tails.sort((one, other) => other.writtenAt - one.writtenAt);
  return last ? [...last.envelopes] : null;
};

const refuse = (code: 'VAULT_EXISTS' | 'NO_SUCH_VAULT' | 'TAPE_MISMATCH', dir: string, why: string): ColdframeError =>
  new ColdframeError(code, {
    message: `The library of ${dir} cannot be made anew: ${why}.`,
    guidance: 'Put the tapes of one vault, and nothing else, into the folder "tapes" of an otherwise empty folder.',
    context: { dir },
  });
