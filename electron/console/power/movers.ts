import type { JobKind, JobRecord } from '../../../shared/contract/jobs.ts';

/** What writes to tapes, files or devices for as long as it runs, or has a robot hold one. What only reads can be read again. */
const WRITING: ReadonlySet<JobKind> = new Set<JobKind>([
  'backup',
  'restore',
  'merge',
  'rebuild',
  'copy',
  'export',
  'import',
  'reclaim',
  'erase',
  'move',
]);

/** Whether a mover writes, so that the machine is to stay awake: not for what waits, is paused or only reads. Pure. */
export const moverWrites = (jobs: readonly Pick<JobRecord, 'kind' | 'state'>[]): boolean =>
  jobs.some(({ kind, state }) => state === 'running' && WRITING.has(kind));
