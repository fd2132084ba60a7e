import { type Draft, runsOf } from '../../stores/protect-draft.ts';
import { NEW_SCHEDULE, type ScheduleForm } from '../schedules/schedule-form.ts';

/** The schedule that a draft means, or null when it is backed up by hand. `sealed`: whether its vault needs a passphrase. */
export const scheduleOf = (now: Draft, sealed: boolean): ScheduleForm | null => {
  const runs = runsOf(now, sealed);
  if (runs === 'hand') return null;
  const { time, day, zone, passphraseFile } = now;
  return { ...NEW_SCHEDULE, rhythm: runs, time, days: [Number(day)], zone, passphraseFile };
};
