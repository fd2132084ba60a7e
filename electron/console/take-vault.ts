import { watchLease } from '../engine/tape/lease.ts';
import { Vault } from '../engine/tape/vault.ts';
import type { JobControl } from './use-cases.ts';

/** What of a job, or of a call that is none, is heard and told while a vault is taken. */
export type Taking = Pick<JobControl, 'signal' | 'report'>;

const NOTHING_YET = { elementsDone: 0, elementsTotal: null, bytesRead: 0, bytesStored: 0, bytesTotal: null };

/**
 * Opens a vault. A holder that cannot be looked at from here, on another machine or in a container, is watched for a sign
 * of life first, a minute at most; the job says whom it waits for. Errors: as of `Vault.open`, CANCELLED.
 */
export const takeVault = async (dir: string, job?: Taking): Promise<Vault> => {
  const waits = (holder: string) =>
    job?.report({ ...NOTHING_YET, phase: `waiting for a sign of life of ${holder}, a minute at most` });
  const silent = await watchLease(dir, job === undefined ? { waits } : { waits, signal: job.signal });
  return Vault.open(dir, { lease: { silent } });
};
