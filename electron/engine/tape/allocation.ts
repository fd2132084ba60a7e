import * as z from 'zod';
import { CALENDAR_PERIODS, type CalendarPeriod } from '../../../shared/contract/choices.ts';
import { machineZone, periodsIn } from '../../platform/periods.ts';

/** On which tapes backups begin. A library without it goes on with whatever tape has room. */
export const allocation = z.discriminatedUnion('policy', [
  z.object({
    policy: z.literal('new'),
    /** The run whose tapes take more: the one that is under way, or one that left nothing complete. Null: the next one begins a new tape. */
    run: z.string().nullable(),
  }),
  z.object({ policy: z.literal('calendar'), every: z.enum(CALENDAR_PERIODS) }),
]);
export type Allocation = z.output<typeof allocation>;

const PERIODS = { day: 'daily', week: 'weekly', month: 'monthly' } as const satisfies Record<CalendarPeriod, string>;

/** The period of a calendar that a moment lies in, by its name: 2026-11-29, 2026-W48 or 2026-11. */
export const periodAt = (every: CalendarPeriod, now: number, zone = machineZone()): string =>
  periodsIn(zone)(now)[PERIODS[every]];

/** What of a tape says whether a policy lets it take more. */
interface Begun {
  readonly begunFor?: string | null | undefined;
}

/** What a policy begins on an unused tape, in words. */
export const beginningOf = (allocation: Allocation): string =>
  allocation.policy === 'new' ? 'each backup run' : `the first backup of each ${allocation.every}`;

/** What a tape is begun for at a moment; null where nothing has begun one. */
export const begunForAt = (allocation: Allocation, now: number): string | null =>
  allocation.policy === 'new' ? allocation.run : periodAt(allocation.every, now);

/**
 * Tells the tapes with something on them that a backup may go on with at a moment: those that were begun for the run or the period that it
 * belongs to. By equality and never by order, so that a clock that is set back finds the tape of that earlier period again, and
 * no period begins a second one while the first has room.
 */
export const takesMore = (allocation: Allocation | undefined, now: number): ((tape: Begun) => boolean) => {
  if (allocation === undefined) return () => true;
  const wanted = begunForAt(allocation, now);
  return ({ begunFor }) => wanted !== null && begunFor === wanted;
};
