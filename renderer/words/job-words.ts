import type { JobKind, JobRecord, JobState } from '../../shared/contract/jobs.ts';
import type { PillTone } from '../components/marks.tsx';

/** What jobs and their states are called wherever they are named. */
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
};

export const JOB_STATE_WORDS: Readonly<Record<JobState, { readonly text: string; readonly tone: PillTone }>> = {
  queued: { text: 'Waiting', tone: 'wait' },
  running: { text: 'Running', tone: 'run' },
  paused: { text: 'Paused', tone: 'warn' },
  done: { text: 'Done', tone: 'good' },
  'done-with-warnings': { text: 'Done with warnings', tone: 'warn' },
  failed: { text: 'Failed', tone: 'bad' },
  cancelled: { text: 'Cancelled', tone: 'none' },
  interrupted: { text: 'Interrupted', tone: 'bad' },
};

/** What a job is called: what it does, and to what. */
export const jobTitle = ({
  kind,
  object,
  objects,
  vault,
}: Pick<JobRecord, 'kind' | 'object' | 'objects' | 'vault'>): string =>
  kind === 'backup' && object
    ? object
    : `${JOB_KIND_WORDS[kind]}: ${object ?? objects?.join(', ') ?? vault.split('/').at(-1) ?? vault}`;
