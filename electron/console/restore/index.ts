import type { UseCases, VaultSession } from '../use-cases.ts';
import { OpenVault } from '../vault-session.ts';
import * as restore from './run-restore.ts';

/** The vault behind a session of this console. */
const openedOf = (session: VaultSession): OpenVault => {
  const opened = 'opened' in session ? session.opened : null;
  if (!(opened instanceof OpenVault)) throw new TypeError('a session that this console did not open');
  return opened;
};

export const planRestore: UseCases['planRestore'] = async (session, request, job) =>
  await restore.planRestore(openedOf(session), request, job);

export const runRestore: UseCases['runRestore'] = async (session, request, job) =>
  await restore.runRestore(openedOf(session), request, job);
