import type { CheckStanding } from '../../../shared/contract/checks.ts';
import { calendarOf } from '../schedules/calendar.ts';
import { WAITING_MS } from '../schedules/overdue.ts';
import { beginOf } from '../schedules/planned-runs.ts';
import type { StoredCheck } from '../store/check-table.ts';
import type { StoredRun, StoredSchedule } from '../store/schedule-table.ts';

/** A check may take its time before it counts as missing, milliseconds. */
const GRACE_MS = 3_600_000;
/** What was right this long ago says nothing of today, where no schedule says how often it is to be looked at. */
const TOO_OLD_MS = 30 * 24 * 3_600_000;

export interface StandingFacts {
  /** The newest one, whatever came of it. */
  readonly last: StoredCheck | null;
  /** The newest one that came to a finding. */
  readonly found: StoredCheck | null;
  /** The newest one that found something wrong, else the newest that could not look at everything, which nothing has proved right since. */
  readonly open: StoredCheck | null;
  /** The schedules that do it and can run, each with its newest run. */
  readonly schedules: readonly (Pick<StoredSchedule, 'id' | 'cron' | 'zone' | 'createdAt' | 'terms'> & {
    readonly run: Pick<StoredRun, 'dueAt' | 'outcome'> | null;
  })[];
  readonly now: number;
}

/** How it stands with one kind of checks. What was found wrong, or could not be looked at, is shown before anything newer. */
export const standingOf = ({
  last,
  found,
  open,
  schedules,
  now,
}: StandingFacts): Omit<CheckStanding, 'afterBackup' | 'lostNowhere'> => {
  const shown = open ?? last;
  const since = overdueSince(found === null ? null : believed(found.at, now), schedules, now);
  return {
    last: shown && {
      job: shown.job,
      at: new Date(shown.at).toISOString(),
      ageMs: Math.max(0, now - shown.at),
      outcome: shown.outcome,
      elements: shown.elements,
      bytes: shown.bytes,
      failures: shown.failures,
    },
    overdueSince: since === null ? null : new Date(since).toISOString(),
    scheduled: schedules.length > 0,
  };
};

/** When a check was made; the beginning of time where it is dated after now, so that nobody can tell. */
const believed = (at: number, now: number): number => (at > now + GRACE_MS ? 0 : at);

/**
 * Since when a check is missing: an hour after it was to begin, by the times of the schedules themselves and not by what became of their runs, as nobody
 * writes down runs while no console serves. One that runs may take as long as it takes, and one that waits for what it needs has a day.
 */
const overdueSince = (foundAt: number | null, schedules: StandingFacts['schedules'], now: number): number | null => {
  if (schedules.length === 0) return foundAt !== null && foundAt + TOO_OLD_MS < now ? foundAt + TOO_OLD_MS : null;
  const missing = schedules.flatMap((schedule) => {
    const { cron, zone, createdAt, run } = schedule;
    const calendar = calendarOf(cron, zone);
    const [due] = calendar.next(Math.max(foundAt ?? 0, createdAt), 1);
    if (due === undefined || run?.outcome === 'running') return [];
    const patience = run?.outcome === 'waiting' ? WAITING_MS : GRACE_MS;
    return beginOf(schedule, calendar, due) + patience <= now ? [due] : [];
  });
  return missing.length === 0 ? null : Math.min(...missing);
};
