import type { JobKind } from '../../../shared/contract/jobs.ts';

/** What the drives do for the jobs that have lanes; no entry for those that move no chunks through drives. */
export const LANE_WORK: Partial<Readonly<Record<JobKind, 'reading' | 'writing'>>> = {
  backup: 'writing',
  merge: 'writing',
  reclaim: 'writing',
  restore: 'reading',
  'restore-test': 'reading',
  verify: 'reading',
  rebuild: 'reading',
};
