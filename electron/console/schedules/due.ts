import type { Calendar } from './calendar.ts';

/** A run that begins this late is still on time, milliseconds: the clock is looked at twice a minute. */
export const ON_TIME_MS = 2 * 60_000;
/** Missed moments of one schedule that are listed one by one. */
const LISTED = 100;

export interface Missed {
  readonly dueAt: number;
  /** Moments before it that were missed too and are not listed. */
  readonly more: number;
}

/** What is to be done about the moments of a schedule since it was last looked at. */
export interface Due {
  /** The moment to run for now; null when there is none. */
  readonly start: { readonly dueAt: number; readonly late: boolean } | null;
  /** Moments that are over, none of which gets a run of its own. */
  readonly missed: readonly Missed[];
}

/**
 * Decides about the moments in (from, now]. The newest is run for when it is not long past, or when missed ones are made up
 * for: one run makes up for all of them. Every other moment is missed.
 */
export const dueAt = (calendar: Calendar, from: number, now: number, catchUp: boolean): Due => {
  const { moments, before } = calendar.between(from, now, LISTED);
  const newest = moments.at(-1);
  if (newest === undefined) return { start: null, missed: [] };
  const late = now - newest > ON_TIME_MS;
  const start = !late || catchUp ? { dueAt: newest, late } : null;
  const over = start === null ? moments : moments.slice(0, -1);
  const missed = over.map((moment, at) => ({ dueAt: moment, more: at === 0 ? before : 0 }));
  return { start, missed };
};
