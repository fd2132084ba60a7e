import { ColdframeError } from '../../shared/errors.ts';
import type { Session } from './session.ts';

/** The folder of the vault that is meant: the one that was named, else the only one that the home knows. Throws USAGE when there are others. */
export const vaultMeant = async (session: Session, named: string | undefined): Promise<string> => {
  if (named !== undefined) return session.place(named);
  const { vaults } = await session.call('vault.list', {});
  const [only, ...others] = vaults;
  if (only !== undefined && others.length === 0) return only.dir;
  throw new ColdframeError('USAGE', {
    message:
      only === undefined
        ? 'This home knows no vault.'
        : `This home knows ${vaults.length} vaults: ${vaults.map(({ dir }) => dir).join(', ')}.`,
    guidance:
      only === undefined
        ? 'Create one with "vault create DIR", or take one in with "vault open DIR".'
        : 'Say which one is meant by its folder.',
    context: { vaults: vaults.length },
  });
};
