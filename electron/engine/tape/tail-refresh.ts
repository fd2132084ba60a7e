import { setImmediate as turn } from 'node:timers/promises';
import { asColdframeError } from '../../../shared/errors.ts';
import type { TapeId } from '../../../shared/units.ts';
import type { VaultKeys } from './keys.ts';
import type { Library } from './library.ts';
import type { TapeRecord } from './library-state.ts';
import type { TapeAccess } from './tape-access.ts';
import { TapeWriter } from './tape-writer.ts';

/** Which tapes carry the present envelopes now, and which do not and why. */
export interface TailRefresh {
  readonly refreshed: readonly TapeId[];
  readonly skipped: readonly { readonly tape: TapeId; readonly reason: string }[];
}

interface TailOwner {
  readonly library: Library;
  access(volume: TapeId, keys: VaultKeys | null): TapeAccess;
}

/**
 * Writes the tails of all tapes whose envelopes are old anew, with the present ones. Can be repeated: what was done is
 * not done again, and a tape whose tail was lost on the way gets one.
 */
export const refreshTails = async (vault: TailOwner, keys: VaultKeys): Promise<TailRefresh> => {
  const refreshed: TapeId[] = [];
  const skipped: { tape: TapeId; reason: string }[] = [];
  const { tapes, envelopesGeneration, settings } = vault.library.state;
  const inChanger =
    settings.changer === undefined ? null : 'it is in a changer; it gets them when it is next written to';
  for (const record of tapes) {
    if (record.state === 'blank' || record.envelopesGeneration === envelopesGeneration) continue;
    await turn();
    const reason = obstacle(record) ?? inChanger ?? rewriteTail(vault, record, keys);
    if (reason === null) refreshed.push(record.volume);
    else skipped.push({ tape: record.volume, reason });
  }
  return { refreshed, skipped };
};

/** Why the tape is not to be written to, or null. */
const obstacle = (record: TapeRecord): string | null => {
  if (record.writeProtected) return 'it is write protected';
  return record.state === 'missing' || record.state === 'damaged' || record.state === 'retired'
    ? `it is ${record.state}`
    : null;
};

/** What went wrong, or null. */
const rewriteTail = (vault: TailOwner, record: TapeRecord, keys: VaultKeys): string | null => {
  try {
    const writer = TapeWriter.open(vault.access(record.volume, keys), { expectChunks: record.chunks });
    try {
      const summary = writer.finish({ full: record.state === 'full', catalogSets: [] });
      vault.library.noteWritten(record.volume, summary);
      return null;
    } finally {
      writer.close();
    }
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (error.code === 'VAULT_HELD') throw error;
    return error.message;
  }
};
