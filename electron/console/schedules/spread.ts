import { createHash } from 'node:crypto';
import type { StoredSchedule } from '../store/schedule-table.ts';
import type { Calendar } from './calendar.ts';

/**
 * When a run begins that is spread, milliseconds since 1970; null when it is not. Each moment of a schedule has its own place, which
 * stays the same, and lies in the first half of the time until the next one is due.
 */
export const spreadOf = (
  schedule: Pick<StoredSchedule, 'id' | 'terms'>,
  calendar: Calendar,
  due: number,
): number | null => (schedule.terms.jitterMs === 0 ? null : spreadBefore(schedule, due, calendar.next(due, 1)[0]));

/** The same where the next moment is known already; undefined when none comes. */
export const spreadBefore = (
  { id, terms }: Pick<StoredSchedule, 'id' | 'terms'>,
  due: number,
  after: number | undefined,
): number | null => {
  if (terms.jitterMs === 0) return null;
  const most = Math.min(terms.jitterMs, after === undefined ? terms.jitterMs : (after - due) / 2);
  const share = createHash('sha256').update(`${id} ${due}`).digest().readUInt32BE() / 2 ** 32;
  return due + Math.round(most * share);
};
