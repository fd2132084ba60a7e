import { WEEKDAYS } from '../../../shared/contract/choices.ts';
import type { RunWindow } from '../../../shared/contract/schedules.ts';
import { type Calendar, calendarOf } from './calendar.ts';

/** Hours of the day, over midnight when `to` is the earlier. */
type Hours = Pick<RunWindow, 'from' | 'to'>;

const MINUTE_MS = 60_000;

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Minutes since midnight that the clocks of a zone show. */
const minuteOfDay = (zone: string, at: number): number => {
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  clocks.set(zone, clock);
  return minutesOf(clock.format(at));
};

/** What the clocks of a zone show: minutes since midnight, and the day of the week as a number from Sunday, 0. */
export const clockAt = (zone: string, at: number): { readonly minute: number; readonly day: number } => {
  const format =
    weekClocks.get(zone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  weekClocks.set(zone, format);
  const shown = format.format(at);
  return { minute: minutesOf(shown.slice(-5)), day: DAYS.indexOf(shown.slice(0, 3).toLowerCase()) };
};

const weekClocks = new Map<string, Intl.DateTimeFormat>();
const DAYS: readonly string[] = WEEKDAYS;

export const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

/**
 * Whether a window is open. By what the clocks of the zone show: an hour that they have twice is in it twice. One that begins when
 * it ends is always open.
 */
export const isOpen = ({ from, to }: Hours, zone: string, at: number): boolean => {
  const [begin, end, now] = [minutesOf(from), minutesOf(to), minuteOfDay(zone, at)];
  if (begin === end) return true;
  return begin < end ? begin <= now && now < end : now >= begin || now < end;
};

/** When the clocks of the zone show the end of a window next after a moment. Milliseconds since 1970. */
export const nextEnd = ({ to }: Pick<Hours, 'to'>, zone: string, after: number): number => nextTime(to, zone, after);

/** The same of its beginning. */
export const nextBegin = ({ from }: Pick<Hours, 'from'>, zone: string, after: number): number =>
  nextTime(from, zone, after);

const daily = new Map<string, Calendar>();

const nextTime = (time: string, zone: string, after: number): number => {
  const [hour, minute] = [Number(time.slice(0, 2)), Number(time.slice(3, 5))];
  const cron = `${minute} ${hour} * * *`;
  const key = `${cron} ${zone}`;
  const calendar = daily.get(key) ?? calendarOf(cron, zone);
  daily.set(key, calendar);
  return calendar.next(after, 1)[0] ?? after;
};

const DAY_MINUTES = 24 * 60;

/** The last millisecond of the day that the clocks of a zone show at a full minute, if they are not changed until then. */
export const endOfDay = (zone: string, at: number): number =>
  at + (DAY_MINUTES - minuteOfDay(zone, at)) * MINUTE_MS - 1;

/** Whether the clocks of a zone go on evenly from one moment to another, less than two days later. */
export const isEven = (zone: string, from: number, until: number): boolean => {
  const passed = Math.floor(until / MINUTE_MS) - Math.floor(from / MINUTE_MS);
  return (minuteOfDay(zone, from) + passed - minuteOfDay(zone, until)) % DAY_MINUTES === 0;
};
