/** The calendar's periods that a moment lies in, by the names that people give them. */
export interface Periods {
  /** 2026-11-20 */
  readonly daily: string;
  /** 2026-W47, as ISO 8601 counts weeks: they begin on Monday and belong to the year of their Thursday. */
  readonly weekly: string;
  /** 2026-11 */
  readonly monthly: string;
  /** 2026 */
  readonly yearly: string;
}

/** The time zone of this machine, an IANA name. */
export const machineZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

type Calendar = (at: number) => Periods;
const calendars = new Map<string, Calendar>();

/** Tells the periods of moments (milliseconds since 1970) as a calendar in a time zone shows them. */
export const periodsIn = (zone: string): Calendar => {
  const calendar = calendars.get(zone) ?? remembering(calendarIn(zone));
  calendars.set(zone, calendar);
  return calendar;
};

const MOST_REMEMBERED = 20_000;

/** Whoever plans asks of the same moments again and again, and each answer takes microseconds. */
const remembering = (calendar: Calendar): Calendar => {
  const known = new Map<number, Periods>();
  return (at) => {
    const periods = known.get(at) ?? calendar(at);
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(at, periods);
    return periods;
  };
};

const calendarIn = (zone: string): Calendar => {
  const calendar = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  });
  return (at) => {
    const parts = calendar.formatToParts(at);
    const partOf = (type: Intl.DateTimeFormatPartTypes): string =>
      parts.find((part) => part.type === type)?.value ?? '';
    const era = partOf('era') === 'AD' ? '' : '-';
    const year = era + partOf('year').padStart(4, '0');
    const monthly = `${year}-${partOf('month').padStart(2, '0')}`;
    const week = weekOf(Number(year), Number(partOf('month')), Number(partOf('day')));
    return { daily: `${monthly}-${partOf('day').padStart(2, '0')}`, weekly: week, monthly, yearly: year };
  };
};

const DAY_MS = 86_400_000;

/** The week of a date: that of its Thursday, counted from January 1. */
const weekOf = (year: number, month: number, day: number): string => {
  const date = Date.UTC(year, month - 1, day);
  const sinceMonday = (new Date(date).getUTCDay() + 6) % 7;
  const thursday = new Date(date + (3 - sinceMonday) * DAY_MS);
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  const week = Math.floor((thursday.getTime() - first) / DAY_MS / 7) + 1;
  return `${String(thursday.getUTCFullYear()).padStart(4, '0')}-W${String(week).padStart(2, '0')}`;
};
