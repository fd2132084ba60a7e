import type { RequestedLevel, RunLevel } from '../../../shared/contract/choices.ts';
import type { LevelRule } from '../../../shared/contract/schedules.ts';
import { type Calendar, calendarOf } from './calendar.ts';
import { endOfDay, isEven } from './window.ts';

const MONTH_MS = 32 * 24 * 3_600_000;

/** The later the more is read and kept. */
const STRENGTH: readonly RunLevel[] = ['auto', 'incremental', 'differential', 'synthetic', 'full'];

const weekdays = new Map<string, Intl.DateTimeFormat>();

const weekdayOf = (zone: string, at: number): string => {
  const named = weekdays.get(zone) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, weekday: 'short' });
  weekdays.set(zone, named);
  return named.format(at).toLowerCase();
};

const months = new Map<string, Calendar>();

const monthsOf = (zone: string): Calendar => {
  const calendar = months.get(zone) ?? calendarOf('0 0 1 * *', zone);
  months.set(zone, calendar);
  return calendar;
};

/** Whether no moment of a calendar lies before this one in its month, by the clocks of the zone. */
const isFirstOfMonth = (calendar: Calendar, zone: string, at: number): boolean => {
  const begin = monthsOf(zone).between(at - MONTH_MS, at, 1).moments[0];
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

const HOUR_MS = 3_600_000;
/** Twice the longest month, milliseconds: what rules say of moments before that they say of one within it, too. */
const FAR_MS = 2 * MONTH_MS;

/** What the runs of the moments in (from, until] make, of many moments of a day each level once; of those long before the last none. */
export const levelsBetween = (leveled: Leveled, calendar: Calendar, from: number, until: number): RunLevel[] => {
  const found = new Set<RunLevel>();
  for (let at = Math.max(from, until - FAR_MS); ; ) {
    // The first moment of a month may make something else than those behind it.
    const two = calendar.next(at, 2).filter((moment) => moment <= until);
    for (const moment of two) found.add(levelAt(leveled, calendar, moment));
    const [first] = two;
    if (first === undefined) return [...found];
    const end = endOfDay(leveled.zone, first);
    at = isEven(leveled.zone, first, end) ? end : first + HOUR_MS;
  }
};

/** What one run makes that stands for several. */
export const strongest = (levels: readonly RunLevel[]): RunLevel =>
  levels.toSorted((one, other) => STRENGTH.indexOf(other) - STRENGTH.indexOf(one))[0] ?? 'auto';
