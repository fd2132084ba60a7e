import { asColdframeError } from '../../../shared/errors.ts';
import type { StoredSchedule } from '../store/schedule-table.ts';
import { calendarOf } from './calendar.ts';
import { type Coming, comingOf, type PlannedTime } from './planned-runs.ts';

/** When the schedules of an object back it up next; null when none does. Milliseconds since 1970. */
export const nextRunOf = (
  schedules: readonly StoredSchedule[],
  object: string,
  now: number,
  pausedUntil: number | null = null,
): number | null => {
  const own = schedules.filter(
    (schedule) => schedule.object === object && schedule.task === 'backup' && !schedule.paused,
  );
  const moments = own.flatMap((schedule) => nextBegins(schedule, { now, pausedUntil }, 1).map(({ at }) => at));
  return moments.length === 0 ? null : Math.min(...moments);
};

/** Whether an object has schedules that back it up, and each of them is paused. */
export const allPaused = (schedules: readonly StoredSchedule[], object: string): boolean => {
  const own = schedules.filter((schedule) => schedule.object === object && schedule.task === 'backup');
  return own.length > 0 && own.every(({ paused }) => paused);
};

/** Why a schedule can never run; null when it can. */
export const problemOf = ({ cron, zone }: StoredSchedule): string | null => {
  try {
    calendarOf(cron, zone);
    return null;
  } catch (thrown) {
    return asColdframeError(thrown).message;
  }
};

/** Moments that are looked at for the next runs: most of them bring none where a window is short and moments are many. */
const MOST_MOMENTS = 5000;

/** The next runs of a schedule that begin, as its window, its spread and the pause of all have it; none of one that cannot be read. */
export const nextBegins = (
  schedule: StoredSchedule,
  { now, pausedUntil }: Pick<PlannedTime, 'now' | 'pausedUntil'>,
  most: number,
): Coming[] => {
  const found: Coming[] = [];
  let moments = 0;
  for (const coming of comingOf(schedule, { now, until: Number.POSITIVE_INFINITY, pausedUntil })) {
    if (coming !== null) found.push(coming);
    moments += 1;
    if (found.length === most || moments === MOST_MOMENTS) break;
  }
  return found;
};
