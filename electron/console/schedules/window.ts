import type { RunWindow } from '../../../shared/contract/schedules.ts';
import { calendarOf } from './calendar.ts';

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Minutes since midnight that the clocks of a zone show. */
const minuteOfDay = (zone: string, at: number): number => {
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  clocks.set(zone, clock);
  return minutesOf(clock.format(at));
};

const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

/**
 * Whether a window is open. By what the clocks of the zone show: an hour that they have twice is in it twice. One that begins when
 * it ends is always open.
 */
export const isOpen = ({ from, to }: RunWindow, zone: string, at: number): boolean => {
  const [begin, end, now] = [minutesOf(from), minutesOf(to), minuteOfDay(zone, at)];
  if (begin === end) return true;
  return begin < end ? begin <= now && now < end : now >= begin || now < end;
};

/** When the clocks of the zone show the end of a window next after a moment. Milliseconds since 1970. */
export const nextEnd = ({ to }: RunWindow, zone: string, after: number): number => nextTime(to, zone, after);

/** The same of its beginning. */
export const nextBegin = ({ from }: RunWindow, zone: string, after: number): number => nextTime(from, zone, after);

const nextTime = (time: string, zone: string, after: number): number => {
  const [hour, minute] = [Number(time.slice(0, 2)), Number(time.slice(3, 5))];
  return calendarOf(`${minute} ${hour} * * *`, zone).next(after, 1)[0] ?? after;
};
