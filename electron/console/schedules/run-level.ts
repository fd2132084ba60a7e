import type { RequestedLevel, RunLevel } from '../../../shared/contract/choices.ts';
import type { LevelRule } from '../../../shared/contract/schedules.ts';
import { type Calendar, calendarOf } from './calendar.ts';

const MONTH_MS = 32 * 24 * 3_600_000;

/** The later the more is read and kept. */
const STRENGTH: readonly RunLevel[] = ['auto', 'incremental', 'differential', 'synthetic', 'full'];

const weekdays = new Map<string, Intl.DateTimeFormat>();

const weekdayOf = (zone: string, at: number): string => {
  const named = weekdays.get(zone) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, weekday: 'short' });
  weekdays.set(zone, named);
  return named.format(at).toLowerCase();
};

/** Whether no moment of a calendar lies before this one in its month, by the clocks of the zone. */
const isFirstOfMonth = (calendar: Calendar, zone: string, at: number): boolean => {
  const begin = calendarOf('0 0 1 * *', zone).between(at - MONTH_MS, at, 1).moments[0];
  return begin !== undefined && calendar.next(begin - 1, 1)[0] === at;
};

interface Leveled {
  readonly level: RequestedLevel;
  readonly rules: readonly LevelRule[];
  readonly zone: string;
}

/** What the run of a moment makes: by the first rule that fits, else the level of the schedule. */
export const levelAt = ({ level, rules, zone }: Leveled, calendar: Calendar, at: number): RunLevel =>
  rules.find(({ on }) => (on === 'month' ? isFirstOfMonth(calendar, zone, at) : weekdayOf(zone, at) === on))?.level ??
  level;

/** What one run makes that stands for several. */
export const strongest = (levels: readonly RunLevel[]): RunLevel =>
  levels.toSorted((one, other) => STRENGTH.indexOf(other) - STRENGTH.indexOf(one))[0] ?? 'auto';
