import { asColdframeError } from '../../../shared/errors.ts';
import type { StoredSchedule } from '../store/schedule-table.ts';
import { calendarOf } from './calendar.ts';

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
  const moments = own.flatMap((schedule) => firstAfter(schedule, now));
  return moments.length === 0 ? null : Math.max(Math.min(...moments), pausedUntil ?? 0);
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

/** One that cannot be read any more never comes; its own line says why. */
const firstAfter = ({ cron, zone }: StoredSchedule, now: number): number[] => {
  try {
    return calendarOf(cron, zone).next(now, 1);
  } catch {
    return [];
  }
};
