import { join } from 'node:path';
import { randomId } from '../../platform/ids.ts';
import { homeLayout } from '../home/directory.ts';
import type { UseCases } from '../use-cases.ts';
import { openedOf } from '../vault-session.ts';
import * as run from './run-merge.ts';

export const runMerge: UseCases['runMerge'] = async (session, object, job) => {
  const vault = openedOf(session);
  vault.demandCurrent();
  return await run.runMerge(vault, object, job, join(homeLayout(vault.home).jobs, randomId()));
};
