import { join } from 'node:path';
import { randomId } from '../../platform/ids.ts';
import { homeLayout } from '../home/directory.ts';
import type { UseCases } from '../use-cases.ts';
import { type OpenVault, openedOf } from '../vault-session.ts';
import * as plan from './plan-backup.ts';
import * as run from './run-backup.ts';

export { planUnopened } from './plan-unopened.ts';

const spoolFolder = (vault: OpenVault): string => join(homeLayout(vault.home).jobs, randomId());

export const runBackup: UseCases['runBackup'] = async (session, object, options, job, volumes) => {
  const vault = openedOf(session);
  vault.demandCurrent();
  return await run.runBackup(vault, object, options, job, spoolFolder(vault), volumes ?? null);
};

export const planBackup: UseCases['planBackup'] = async (session, object, options, job, volumes) => {
  const vault = openedOf(session);
  return await plan.planBackup(vault, object, options, job, spoolFolder(vault), volumes ?? null);
};
