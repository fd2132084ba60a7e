import { call, change } from '../../stores/calls.ts';
import { nameOf } from '../../stores/paths.ts';
import { createVault } from '../../stores/protect.ts';
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

/** Makes the vault; one that this very form made before is taken as it is, so that a second try can succeed. */
export const createVaultFor = async (
  answers: Answers,
): Promise<{ readonly dir: string; readonly recoveryCode: string | null }> => {
  const { vaults } = await call('vault.list', {});
  const known = vaults.find(({ dir }) => dir === answers.vault);
  if (known) return { dir: known.dir, recoveryCode: null };
  const passphrase = answers.seal === 'sealed' ? answers.passphrase : null;
  const { vault, recoveryCode } = await createVault({ dir: answers.vault }, passphrase);
  return { dir: vault.dir, recoveryCode };
};

/** Protects what was chosen and starts its first backup; answers the job. */
export const firstBackup = async ({ what, folder }: Answers, vault: string): Promise<string> => {
  const path = what === 'sample' ? (await change('sample.create', {})).path : folder;
  const name = what === 'sample' ? words.sampleName : nameOf(path);
  const { objects } = await call('object.list', {});
  if (!objects.some((object) => object.name === name)) {
    await change('object.add', { name, vault, files: [{ path }], unprotect: ['temp', 'swap'] });
  }
  return await startJob('backup', { object: name });
};
