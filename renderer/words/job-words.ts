import type { JobRecord, JobState } from '../../shared/contract/jobs.ts';
import { JOB_KIND_WORDS } from '../../shared/model/job-kind-words.ts';
import type { PillTone } from '../components/marks.tsx';

/** What the states of jobs are called wherever they are named. */
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
