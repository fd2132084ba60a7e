import type { JobRecord } from '../../../shared/contract/jobs.ts';
import type { ObjectView } from '../../../shared/contract/objects.ts';
import { jobsWords as words } from '../../words/jobs.ts';

/** Places that a line has room for. */
const SHOWN = 2;

const WITH_LANES: readonly JobRecord['kind'][] = ['backup', 'restore', 'merge', 'verify', 'rebuild'];

type Source = Pick<ObjectView, 'roots' | 'volumes'>;

/** From where to where a job goes, as far as its record tells; `source`: what a backup is of, null while that is not known. */
export const jobWay = (
  { kind, vault, to }: Pick<JobRecord, 'kind' | 'vault' | 'to'>,
  source: Source | null,
): string => {
  if (kind === 'restore') return words.restoreWay(vault, to);
  if (kind !== 'backup') return words.inVault(vault);
  const places = [...(source?.roots.map(({ path }) => path) ?? []), ...(source?.volumes ?? [])];
  return words.backupWay(places.slice(0, SHOWN), Math.max(0, places.length - SHOWN), vault);
};

/** What a job that moves chunks does before the first drive has a tape for it; null of others, and once there is something to see. */
export const preparing = (job: Pick<JobRecord, 'kind' | 'state' | 'progress'>, lanes: number): string | null => {
  if (lanes > 0 || !WITH_LANES.includes(job.kind)) return null;
  if (job.state === 'queued') return words.queued;
  if (job.state !== 'running') return null;
  return words.preparing(job.progress?.phase || null);
};
