import type { InputOf } from '../../../shared/contract/contract.ts';
import type { HistoryEntry } from '../../../shared/contract/history.ts';
import type { JobKind, JobRecord, JobState } from '../../../shared/contract/jobs.ts';
import { foundDamage } from '../../../shared/model/found-damage.ts';
import { ACTIVE_STATES } from '../../stores/jobs.ts';

export const SHOWN = ['all', 'active', 'trouble', 'damage', 'done'] as const;
export type Shown = (typeof SHOWN)[number];

const STATES: Readonly<Record<Shown, readonly JobState[] | null>> = {
  all: null,
  active: ACTIVE_STATES,
  damage: ['done', 'done-with-warnings'],
  trouble: ['failed', 'interrupted', 'done-with-warnings'],
  done: ['done', 'done-with-warnings'],
};

/** What somebody chose to see. Dates are as their fields have them, `2026-11-28`, empty for none, and mean days of the viewer. */
export interface HistoryForm {
  readonly shown: Shown;
  readonly kind: JobKind | null;
  readonly object: string | null;
  readonly from: string;
  readonly until: string;
}

export const EVERYTHING: HistoryForm = { shown: 'all', kind: null, object: null, from: '', until: '' };

type Filter = Omit<InputOf<'history.list'>, 'after' | 'limit'>;

/** The filter that a form stands for; a date that is none is left out. */
export const filterOf = ({ shown, kind, object, from, until }: HistoryForm): Filter => {
  const states = STATES[shown];
  const begin = timeOf(from, 'T00:00:00');
  const end = timeOf(until, 'T23:59:59.999');
  return {
    ...(states === null ? {} : { outcomes: [...states] }),
    ...(shown === 'damage' ? { foundDamage: true } : shown === 'done' ? { foundDamage: false } : {}),
    ...(kind === null ? {} : { kinds: [kind] }),
    ...(object === null ? {} : { object }),
    ...(begin === null ? {} : { from: begin }),
    ...(end === null ? {} : { until: end }),
  };
};

/** Without an offset it is read in the zone of the viewer. */
const timeOf = (date: string, clock: string): string | null => {
  const at = new Date(date + clock);
  return date === '' || Number.isNaN(at.getTime()) ? null : at.toISOString();
};

/** Whether the console would list a job under this filter. */
export const fits = ({ outcomes, foundDamage: damage, kinds, object, from, until }: Filter, job: JobRecord): boolean =>
  (outcomes === undefined || outcomes.includes(job.state)) &&
  (damage === undefined || foundDamage(job) === damage) &&
  (kinds === undefined || kinds.includes(job.kind)) &&
  (object === undefined || job.object === object || (job.objects ?? []).includes(object)) &&
  (from === undefined || job.createdAt >= from) &&
  (until === undefined || job.createdAt <= until);

/** A line of the list of jobs. */
export type JobLine = Pick<
  JobRecord,
  'id' | 'kind' | 'state' | 'object' | 'objects' | 'vault' | 'createdAt' | 'startedAt' | 'finishedAt'
> & {
  readonly bytesRead: number | null;
  readonly bytesStored: number | null;
  readonly foundDamage: boolean;
  /** What it has to read, while it runs. */
  readonly bytesTotal: number | null;
};

const ofRecord = (job: JobRecord): JobLine => ({
  ...job,
  foundDamage: foundDamage(job),
  bytesRead: job.progress?.bytesRead ?? null,
  bytesStored: job.progress?.bytesStored ?? null,
  bytesTotal: job.progress?.bytesTotal ?? null,
});

const ofEntry = ({ job, outcome, ...entry }: HistoryEntry): JobLine => ({
  ...entry,
  id: job,
  state: outcome,
  bytesTotal: null,
});

/** The lines of a list, newest first: what the console answered, and jobs that are known to have changed since. */
export const linesOf = (entries: readonly HistoryEntry[], live: readonly JobRecord[], filter: Filter): JobLine[] => {
  const known = new Map(entries.map((entry) => [entry.job, ofEntry(entry)]));
  const oldest = entries.at(-1)?.createdAt ?? '';
  for (const job of live) {
    const ended = known.get(job.id);
    if (!fits(filter, job)) known.delete(job.id);
    // What ended stands in the answer with the counts of its set.
    else if (ended === undefined ? job.createdAt >= oldest : job.finishedAt === null) known.set(job.id, ofRecord(job));
  }
  return [...known.values()].toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
};
