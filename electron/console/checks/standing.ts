import type { CheckStanding } from '../../../shared/contract/checks.ts';
import { calendarOf } from '../schedules/calendar.ts';
import type { StoredCheck } from '../store/check-table.ts';
import type { StoredSchedule } from '../store/schedule-table.ts';

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
  /** The schedules that do it and can run. */
  readonly schedules: readonly Pick<StoredSchedule, 'cron' | 'zone' | 'createdAt'>[];
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
 * Since when a check is missing. By the times of the schedules themselves and not by what became of their runs: nobody writes down runs while no
 * console serves.
 */
const overdueSince = (foundAt: number | null, schedules: StandingFacts['schedules'], now: number): number | null => {
  if (schedules.length === 0) return foundAt !== null && foundAt + TOO_OLD_MS < now ? foundAt + TOO_OLD_MS : null;
  const due = schedules.flatMap(({ cron, zone, createdAt }) =>
    calendarOf(cron, zone).next(Math.max(foundAt ?? 0, createdAt), 1),
  );
  const first = Math.min(...due);
  return first <= now - GRACE_MS ? first : null;
};
