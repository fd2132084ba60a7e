import type { InputOf, OutputOf } from '../../shared/contract/contract.ts';
import { dataChanged } from './calls.ts';
import { client } from './connection.ts';
import { rememberPassphrase } from './passphrases.ts';
import { prefer } from './preferences.ts';

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
