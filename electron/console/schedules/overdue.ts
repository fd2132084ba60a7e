import type { JobRecord } from '../../../shared/contract/jobs.ts';
import type { StoredRun, StoredSchedule } from '../store/schedule-table.ts';
import { calendarOf } from './calendar.ts';
import { beginOf } from './planned-runs.ts';

/** A run may take its time before the object counts as overdue, milliseconds. */
const GRACE_MS = 3_600_000;
/** So long may one wait for what it needs, a vault or mains, before it counts as missed. */
export const WAITING_MS = 24 * 3_600_000;

/** So long may a backup run: a first one of much may take days. */
const RUNNING_MS = 3 * WAITING_MS;

/** Whether a backup that was begun speaks for its object: not one that was paused and forgotten, that waits behind what never ends, or that hangs. */
export const isBeingMade = (job: Pick<JobRecord, 'state' | 'createdAt'> | null, now: number): boolean =>
  job !== null && now - Date.parse(job.createdAt) < (job.state === 'running' ? RUNNING_MS : WAITING_MS);

/** A schedule that backs the object up and is not paused, */
export interface OwnSchedule {
  readonly schedule: StoredSchedule;
  /** with its runs that were due after the last good set was finished, oldest first. */
  readonly runs: readonly Pick<StoredRun, 'dueAt' | 'outcome'>[];
}

/** Times are milliseconds since 1970. */
export interface OverdueFacts {
  /** The last good set; null when there is none. Both its times are null where it is dated after now, so that nobody can tell its age. */
  readonly good: { readonly at: number | null; readonly doneAt: number | null } | null;
  /** When the object was made known. */
  readonly knownSince: number;
  /** Those whose expressions can be read. */
  readonly schedules: readonly OwnSchedule[];
  /** How old the last good set may be where no schedule says. */
  readonly overdueAfterMs: number;
  readonly now: number;
}

export interface Overdue {
  readonly since: number;
  /** What says so: a run that was missed, or the setting. */
  readonly by: 'schedule' | 'setting';
}

/**
 * Since when a backup is missing; null when none is. With schedules one is missing when a run was to begin and an hour later no good set was
 * finished since it was due; a run that waits for what it needs has a day. Moments before a schedule was made, or while it was paused, are no
 * missed runs: where such lie after the last good set, and without schedules, one is missing when that set is too old. Pure.
 */
export const overdueOf = (facts: OverdueFacts): Overdue | null => {
  const { good, knownSince, schedules, overdueAfterMs, now } = facts;
  const coveredUntil = good?.doneAt ?? knownSince;
  const standings = schedules.map((own) => standingOf(own, coveredUntil, now));
  const missed = standings.flatMap(({ missedAt }) => missedAt);
  if (missed.length > 0) return { since: Math.min(...missed), by: 'schedule' };
  const undated = good !== null && good.at === null;
  if (undated) return { since: knownSince, by: 'setting' };
  if (standings.some(({ speaks }) => speaks)) return null;
  const since = (good?.at ?? knownSince) + overdueAfterMs;
  return since < now ? { since, by: 'setting' } : null;
};

interface Standing {
  /** Moments whose runs are missed. */
  readonly missedAt: readonly number[];
  /** Whether it was in force ever since the last good set, so that none is missing when no run is. */
  readonly speaks: boolean;
}

const standingOf = ({ schedule, runs }: OwnSchedule, coveredUntil: number, now: number): Standing => {
  const calendar = calendarOf(schedule.cron, schedule.zone);
  const late = ({ dueAt, outcome }: OwnSchedule['runs'][number]): boolean =>
    outcome === 'waiting' || outcome === 'running'
      ? beginOf(schedule, calendar, dueAt) + WAITING_MS <= now
      : dueAt + GRACE_MS <= now;
  const missed = runs.filter((run) => run.dueAt > coveredUntil && late(run)).map(({ dueAt }) => dueAt);
  // What nobody has decided about yet: no console serves, or it was just started.
  const [unseen] = calendar.next(Math.max(coveredUntil, schedule.seenUntil, schedule.createdAt), 1);
  const isMissed = unseen !== undefined && beginOf(schedule, calendar, unseen) + GRACE_MS <= now;
  const [first] = calendar.next(coveredUntil, 1);
  const letPass = first !== undefined && first <= schedule.seenUntil && runs.length === 0;
  return { missedAt: isMissed ? [...missed, unseen] : missed, speaks: !letPass };
};
