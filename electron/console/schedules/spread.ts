import { createHash } from 'node:crypto';
import type { StoredSchedule } from '../store/schedule-table.ts';
import type { Calendar } from './calendar.ts';
import { isOpen, nextBegin, nextEnd } from './window.ts';

type Spread = Pick<StoredSchedule, 'id' | 'terms' | 'zone'>;

/**
 * When a run begins that is spread, milliseconds since 1970; null when it is not. Each moment of a schedule has its own place, which
 * stays the same, and lies in the first half of the time until the next one is due. With a window it lies in the first half of what is left of
 * that, or of the next one: what is spread past its end would never run where windows are short.
 */
export const spreadOf = (schedule: Spread, calendar: Calendar, due: number): number | null =>
  schedule.terms.jitterMs === 0 ? null : spreadBefore(schedule, due, calendar.next(due, 1)[0]);

/** The same where the next moment is known already; undefined when none comes. */
export const spreadBefore = ({ id, terms, zone }: Spread, due: number, after: number | undefined): number | null => {
  const { jitterMs, window } = terms;
  if (jitterMs === 0) return null;
  const from = window === null || isOpen(window, zone, due) ? due : nextBegin(window, zone, due);
  const room = Math.min(
    after === undefined ? Number.POSITIVE_INFINITY : after - from,
    window === null || window.from === window.to ? Number.POSITIVE_INFINITY : nextEnd(window, zone, from) - from,
  );
  const most = Math.max(0, Math.min(jitterMs, room / 2));
  const share = createHash('sha256').update(`${id} ${due}`).digest().readUInt32BE() / 2 ** 32;
  return from + Math.round(most * share);
};
