import { randomBytes } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { ConflictPolicy } from '../../../../shared/contract/restore.ts';
import type { DestinationFiles } from '../../../platform/destination-files.ts';
import { createRunControl, type SharedRunControl } from '../../mover/run-control.ts';
import { executePlan, type RestoreDrives, type RestoreOutcome, type RestorePlan } from '../index.ts';
import { buildPlan } from '../plan/build-plan.ts';
import { asPath, VAULT, type WrittenSet } from './written-set.ts';

export interface RestoreRun {
  readonly set: WrittenSet;
  /** Folder for the plan. */
  readonly folder: string;
  readonly to: string;
  readonly policy?: ConflictPolicy;
  readonly relativeTo?: string;
  /** Volume ids; all tapes unless given. */
  readonly present?: readonly string[];
  readonly control?: SharedRunControl;
  readonly drives?: RestoreDrives;
  /** Boot id to pretend. */
  readonly boot?: string;
  readonly vaultKey?: Uint8Array | null;
  /** How the destination is written; this system's own way unless given. */
  readonly layer?: DestinationFiles['name'] | undefined;
}

/** Drives that hold the tapes of a test's set, and count how often each was mounted. */
export const drivesOf = (set: WrittenSet, count = 2): RestoreDrives & { readonly mounts: Map<string, number> } => {
  const mounts = new Map<string, number>();
  const busy = new Set<number>();
  return {
    count,
    mounts,
    failedDrive: () => null,
    mount: async (tape) => {
      mounts.set(tape, (mounts.get(tape) ?? 0) + 1);
      const access = set.access.find(({ volume }) => volume === tape);
      if (access === undefined) throw new Error(`no tape ${tape}`);
      const drive = busy.has(0) ? 1 : 0;
      busy.add(drive);
      return await Promise.resolve({ access, hold: { drive, letGo: () => void busy.delete(drive) } });
    },
  };
};

/** Plans as a console does: the plan of a run that did not end is the next one's prior. */
export const planOf = ({ set, folder, to, policy, relativeTo, present, boot, layer }: RestoreRun): RestorePlan => {
  const id = randomBytes(8).toString('hex');
  const current = join(folder, 'current');
  const order = {
    id,
    file: join(folder, `plan-${id}`),
    prior: existsSync(current) ? current : null,
    bootId: boot ?? 'boot',
    destination: {
      root: asPath(to),
      relativeTo: asPath(relativeTo ?? '/'),
      policy: policy ?? 'fail',
      ...(layer && { layer }),
    },
    present: present ?? null,
  };
  const plan = buildPlan(set, order, () => undefined);
  renameSync(plan.file, current);
  return { ...plan, file: current };
};

/** Plans and executes. */
export const restore = async (run: RestoreRun): Promise<RestoreOutcome & { readonly plan: RestorePlan }> => {
  const plan = planOf(run);
  const outcome = await executePlan(plan, {
    keys: { vault: VAULT, vaultKey: run.vaultKey ?? null },
    drives: run.drives ?? drivesOf(run.set),
    control: run.control ?? createRunControl(),
    signal: new AbortController().signal,
    writers: 2,
  });
  return { ...outcome, plan };
};
