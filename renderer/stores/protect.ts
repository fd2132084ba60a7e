import type { InputOf, OutputOf } from '../../shared/contract/contract.ts';
import { dataChanged } from './calls.ts';
import { client } from './connection.ts';
import { rememberPassphrase } from './passphrases.ts';
import { prefer } from './preferences.ts';

/** Rejects with PASSPHRASE_WRONG when a passphrase does not open a vault that is here already; it is remembered when it does. */
export const demandOpens = async (dir: string, passphrase: string): Promise<void> => {
  await client().call('vault.tryPassphrase', { dir }, { secrets: { passphrase } });
  rememberPassphrase(dir, passphrase);
};

/** Why a schedule could not read the passphrase of a vault from a file; null when it can. `vault` null: one that is to be made with this passphrase. */
export const passphraseFileError = async (
  file: string,
  vault: string | null,
  passphrase: string,
): Promise<OutputOf<'schedule.checkPassphraseFile'>['error']> => {
  const [input, options] = vault === null ? [{ file }, { secrets: { passphrase } }] : [{ file, vault }, {}];
  return (await client().call('schedule.checkPassphraseFile', input, options)).error;
};

/** Makes a vault, sealed when there is a passphrase; the recovery code in the answer is not kept anywhere. */
export const createVault = async (
  input: InputOf<'vault.create'>,
  passphrase: string | null,
): Promise<OutputOf<'vault.create'>> => {
  const secrets = passphrase === null ? {} : { secrets: { passphrase } };
  const made = await client().call('vault.create', input, secrets);
  if (passphrase !== null) rememberPassphrase(made.vault.dir, passphrase);
  prefer({ vault: made.vault.dir });
  dataChanged();
  return made;
};
