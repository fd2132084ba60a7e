import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { KeyEnvelope } from './key-envelope.ts';
import { unlockKeys, type VaultKeys } from './keys.ts';
import { type LaterEnvelopes, laterEnvelopes } from './later-envelopes.ts';
import { passphraseChanged, passphraseItselfNeeded, passphraseUnused } from './library-errors.ts';
import type { LibraryState } from './library-state.ts';

/** The keys of a vault, null when it is not sealed; and envelopes on a tape that are later than those of the library. */
export interface Unlocked {
  readonly keys: VaultKeys | null;
  readonly later: LaterEnvelopes | null;
}

/**
 * Unlocks a vault that need not be held. Where a tape has later envelopes than the library, only these count: a passphrase
 * that was changed stays changed when an older library is put back. Errors: PASSPHRASE_*, CANCELLED.
 */
export const unlockLibrary = async (
  dir: string,
  state: LibraryState,
  secret: string | null,
  signal?: AbortSignal,
): Promise<Unlocked> => {
  const { vault, settings, envelopes } = state;
  if (!settings.sealed) {
    if (secret !== null) throw passphraseUnused(vault);
    return { keys: null, later: null };
  }
  if (secret === null)
    throw new ColdframeError('PASSPHRASE_MISSING', {
      message: `The vault "${vault.name}" is sealed.`,
      guidance: 'Give its passphrase or its recovery code.',
      context: { dir, vault: vault.id },
    });
  const called = `the vault "${vault.name}" at ${dir}`;
  const unlock = async (those: readonly KeyEnvelope[]): Promise<VaultKeys> =>
    await unlockKeys(vault.id, those, secret, signal, called);
  const later = laterEnvelopes(dir, state);
  if (later === null) return { keys: await unlock(envelopes), later };
  try {
    return { keys: await unlock(later.envelopes), later };
  } catch (thrown) {
    if (asColdframeError(thrown).code !== 'PASSPHRASE_WRONG') throw thrown;
    await unlock(envelopes);
    throw passphraseChanged(dir, vault, later.barcode);
  }
};

/** Refuses a secret that opens a vault and is not its passphrase. Throws PASSPHRASE_WRONG. */
export const demandPassphraseItself = async (dir: string, state: LibraryState, secret: string): Promise<void> => {
  const { vault, envelopes } = state;
  const own = envelopes.filter(({ kind }) => kind === 'passphrase');
  try {
    await unlockKeys(vault.id, own, secret);
  } catch (thrown) {
    throw asColdframeError(thrown).code === 'PASSPHRASE_WRONG' ? passphraseItselfNeeded(dir, vault.id) : thrown;
  }
};
