import type { ScheduleTable, StoredRun } from '../store/schedule-table.ts';
import { isHeld } from './admission.ts';
import { lastPossible } from './wrong-clock.ts';

/** Of a run that was interrupted, and was begun again, or is to be. */
export const AGAIN = 'The console ended while it ran; it was taken up again.';
/** Of a run that was put off, and whose job the next one has. */
export const NEXT_WENT_ON = 'Its window ended; the next one went on with it.';

/** Whether the next start of the console begins a run again. Once: what ends the console each time must not do so for ever. */
export const isToBeTakenUp = ({ outcome, reason }: Pick<StoredRun, 'outcome' | 'reason'>): boolean =>
  outcome === 'interrupted' && reason !== AGAIN && reason !== NEXT_WENT_ON;

/** Runs of a schedule that are looked through for one that is under way. */
const LOOKED_THROUGH = 10;

/** Whether a schedule goes on by itself with a job that was interrupted: nobody has to do anything, or be told that it failed. */
export const isTakenUp = (table: Pick<ScheduleTable, 'list' | 'runs'>, job: string, now = Date.now()): boolean =>
  table.list().some((schedule) => {
    if (schedule.paused) return false;
    const run = table.runs(schedule.id, LOOKED_THROUGH, lastPossible(now)).find((each) => each.job === job);
    if (run === undefined) return false;
    if (run.outcome === 'waiting') return isHeld(run) || run.reason === AGAIN || schedule.catchUp;
    return schedule.catchUp && (run.outcome === 'running' || isToBeTakenUp(run));
  });
