import { join } from 'node:path';
import { randomId } from '../../platform/ids.ts';
import { homeLayout } from '../home/directory.ts';
import type { UseCases, VaultSession } from '../use-cases.ts';
import { OpenVault } from '../vault-session.ts';
import * as plan from './plan-backup.ts';
import * as run from './run-backup.ts';

/** The vault behind a session of this console. */
const openedOf = (session: VaultSession): OpenVault => {
  const opened = 'opened' in session ? session.opened : null;
  if (!(opened instanceof OpenVault)) throw new TypeError('a session that this console did not open');
  return opened;
};

const spoolFolder = (vault: OpenVault): string => join(homeLayout(vault.home).jobs, randomId());

export const runBackup: UseCases['runBackup'] = async (session, object, options, job) => {
  const vault = openedOf(session);
  return await run.runBackup(vault, object, options, job, spoolFolder(vault));
};

export const planBackup: UseCases['planBackup'] = async (session, object, options, job) => {
  const vault = openedOf(session);
  return await plan.planBackup(vault, object, options, job, spoolFolder(vault));
};
