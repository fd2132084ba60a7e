import type { ObjectView } from '../../../shared/contract/objects.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import { printable } from '../../../shared/model/printable.ts';
import { call, change } from '../../stores/calls.ts';
import { createVault, demandOpens } from '../../stores/protect.ts';
import { DEFAULT_UNPROTECTED, suggestedName } from '../../stores/protect-draft.ts';
import { startJob } from '../../stores/start-job.ts';
import { welcomeWords as words } from '../../words/welcome.ts';

export interface Answers {
  readonly vault: string;
  readonly what: 'own' | 'sample';
  readonly folder: string;
  readonly seal: 'sealed' | 'open';
  readonly passphrase: string;
  readonly again: string;
}

/** The vault that a first run made, or found: its place and its seal are settled. */
export interface MadeVault {
  readonly dir: string;
  readonly sealed: boolean;
}

/** Makes the vault; one that is here already is taken when it is sealed as was asked for, and the passphrase opens it. */
export const createVaultFor = async (
  answers: Answers,
): Promise<MadeVault & { readonly recoveryCode: string | null }> => {
  const { vaults } = await call('vault.list', {});
  const known = vaults.find(({ dir }) => dir === answers.vault);
  // Whoever asks for a seal must never get a vault without one.
  if (known && known.sealed !== (answers.seal === 'sealed')) {
    throw new ColdframeError('VAULT_EXISTS', { ...words.otherSeal(known.sealed), context: { vault: known.dir } });
  }
  if (known) {
    // Else whoever typed another passphrase than its own would take that for the one that opens it.
    if (known.sealed) await demandOpens(known.dir, answers.passphrase);
    return { dir: known.dir, sealed: known.sealed, recoveryCode: null };
  }
  const passphrase = answers.seal === 'sealed' ? answers.passphrase : null;
  const { vault, recoveryCode } = await createVault({ dir: answers.vault }, passphrase);
  return { dir: vault.dir, sealed: vault.sealed, recoveryCode };
};

/** Why a folder cannot be protected, with what to do; null when it can. `vault`: where one is, or is to be. */
export const folderProblem = async (folder: string, vault: string): Promise<string | null> => {
  const place = vault.startsWith('/') ? { vault } : {};
  const { error } = await call('place.checkRoot', { path: { path: folder }, ...place });
  return error && printable(`${error.message} ${error.guidance}`);
};

/** Protects what was chosen and starts its first backup; answers the job. */
export const firstBackup = async ({ what, folder }: Answers, vault: string): Promise<string> => {
  const path = what === 'sample' ? (await change('sample.create', {})).path : folder;
  const wanted =
    what === 'sample' ? words.sampleName : suggestedName({ kind: 'files', roots: [{ path }], volumes: [] });
  const { objects } = await call('object.list', {});
  const { name, isNew } = objectFor(objects, wanted, path, vault);
  if (isNew) await change('object.add', { name, vault, files: [{ path }], unprotect: [...DEFAULT_UNPROTECTED] });
  return await startJob('backup', { object: name });
};

type Known = Pick<ObjectView, 'name' | 'roots' | 'vault'>;

/** The object that protects just this folder in this vault, or a name for one that no other has. */
export const objectFor = (
  objects: readonly Known[],
  wanted: string,
  path: string,
  vault: string,
): { readonly name: string; readonly isNew: boolean } => {
  const same = objects.find(
    ({ roots, vault: { dir } }) => dir === vault && roots.length === 1 && roots[0]?.path === path,
  );
  if (same) return { name: same.name, isNew: false };
  let name = wanted;
  for (let next = 2; objects.some((object) => object.name === name); next++) name = `${wanted} ${next}`;
  return { name, isNew: true };
};
