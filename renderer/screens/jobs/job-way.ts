import type { JobRecord } from '../../../shared/contract/jobs.ts';
import type { ObjectView } from '../../../shared/contract/objects.ts';
import { isActive } from '../../stores/jobs.ts';
import { jobsWords as words } from '../../words/jobs.ts';
import { LANE_WORK } from './lane-work.ts';

/** Places that a line has room for. */
const SHOWN = 2;

type Source = Pick<ObjectView, 'roots' | 'volumes'>;

/**
 * From where to where a job goes, as far as its record tells. `source`: what a backup is of now, null while that is not known: of one that has ended
 * it is not told, which may have been of other folders.
 */
export const jobWay = (
  { kind, vault, to, state }: Pick<JobRecord, 'kind' | 'vault' | 'to' | 'state'>,
  source: Source | null,
): string => {
  if (kind === 'restore') return words.restoreWay(vault, to);
  if (kind !== 'backup') return words.inVault(vault);
  const known = isActive({ state }) ? source : null;
  const places = [...(known?.roots.map(({ path }) => path) ?? []), ...(known?.volumes ?? [])];
  return words.backupWay(places.slice(0, SHOWN), Math.max(0, places.length - SHOWN), vault);
};

/**
 * What a job that moves chunks does before the first drive has a tape for it; null of others, and once there is something to see. `lanes`: how
 * many its picture has, null while that is not known.
 */
export const preparing = (job: Pick<JobRecord, 'kind' | 'state' | 'progress'>, lanes: number | null): string | null => {
  if (LANE_WORK[job.kind] === undefined) return null;
  if (job.state === 'queued') return words.queued;
  if (job.state !== 'running' || lanes !== 0) return null;
  return words.preparing(job.progress?.phase || null);
};
