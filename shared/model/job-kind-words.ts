import type { JobKind } from '../contract/jobs.ts';

/** What jobs are called wherever they are named. */
export const JOB_KIND_WORDS: Readonly<Record<JobKind, string>> = {
  backup: 'Backup',
  restore: 'Restore',
  verify: 'Verification',
  'restore-test': 'Restore test',
  merge: 'Synthetic full',
  rebuild: 'Rebuild of the catalog',
  retention: 'Retention',
  erase: 'Erasing of a tape',
  copy: 'Copy of a tape',
  export: 'Export of a tape',
  import: 'Import of a tape',
  reclaim: 'Reclaiming of tapes',
  move: 'Move of a tape',
};
