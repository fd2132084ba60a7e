import { change } from '../../stores/calls.ts';
import { pathIn } from '../../stores/paths.ts';
import { createVault } from '../../stores/protect.ts';
import { type Draft, draft, suggestedName } from '../../stores/protect-draft.ts';

/** Makes the vault when it is a new one, then the object. A vault that was made stays chosen, should the rest fail. */
export const saveDraft = async (
  now: Draft,
): Promise<{ readonly name: string; readonly recoveryCode: string | null }> => {
  const name = now.name || suggestedName(now.roots);
  let { vault } = now;
  let recoveryCode: string | null = null;
  if (vault === null) {
    const made = await createVault({ dir: now.newVault }, now.sealed ? now.passphrase : null);
    vault = made.vault.dir;
    recoveryCode = made.recoveryCode;
    draft({ vault, passphrase: '', again: '' });
  }
  await change('object.add', {
    name,
    vault,
    files: now.roots.map(pathIn),
    unprotect: [...now.unprotect],
    exclude: now.exclude.filter(Boolean),
  });
  return { name, recoveryCode };
};
