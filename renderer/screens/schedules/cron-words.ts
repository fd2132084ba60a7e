/** What a cron expression says, where it is one that a sentence can say. Days of the week: 0 is Sunday. */
export type CronMeaning =
  /** Every so many minutes, from the full hour on. */
  | { readonly kind: 'minutes'; readonly every: number }
  /** Every so many hours, at these minutes; `first` is the first hour of the day. */
  | { readonly kind: 'hourly'; readonly every: number; readonly first: number; readonly minute: number }
  | { readonly kind: 'daily'; readonly time: string }
  | { readonly kind: 'workdays'; readonly time: string }
  /** On one day of the week or several, in the order of a week that begins on Monday. */
  | { readonly kind: 'weekly'; readonly days: readonly number[]; readonly time: string }
  | { readonly kind: 'monthly'; readonly on: MonthDay; readonly time: string }
  | { readonly kind: 'other' };

/** A day of every month: by its number, the last one, or the first or last of a day of the week. */
export type MonthDay =
  | { readonly kind: 'day'; readonly day: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'weekday'; readonly which: 'first' | 'last'; readonly day: number };

/** Hours that a day can be divided into without a remainder, so that its runs keep their distance. */
export const HOUR_STEPS = [1, 2, 3, 4, 6, 8, 12] as const;

const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const NICKNAMES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
};

const fieldsOf = (cron: string): readonly string[] =>
  (NICKNAMES[cron.trim().toLowerCase()] ?? cron).trim().split(/\s+/);

/** Whether an expression gives a day of the month and a day of the week, of which one is enough. */
export const isEitherDay = (cron: string): boolean => {
  const [, , day = '*', , weekday = '*'] = fieldsOf(cron);
  return ![day, weekday].some((field) => field === '*' || field === '?') && !weekday.startsWith('+');
};

/** Reads the expressions that the forms of this console make, and their like. */
export const meaningOf = (cron: string): CronMeaning => {
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...more] = fieldsOf(cron);
  const every = numberIn(/^\*\/(\d{1,2})$/.exec(minute)?.[1] ?? '', 2, 30);
  if (
    every !== null &&
    60 % every === 0 &&
    more.length === 0 &&
    [hour, day, month, weekday].every((one) => one === '*')
  )
    return { kind: 'minutes', every };
  const at = numberIn(minute, 0, 59);
  if (at === null || month !== '*' || more.length > 0) return { kind: 'other' };
  const full = numberIn(hour, 0, 23);
  if (full === null) return day === '*' && weekday === '*' ? hoursOf(hour, at) : { kind: 'other' };
  const time = `${String(full).padStart(2, '0')}:${String(at).padStart(2, '0')}`;
  if (day === '*' && weekday === '*') return { kind: 'daily', time };
  if (day === '*' && /^(1-5|MON-FRI)$/i.test(weekday)) return { kind: 'workdays', time };
  if (day === '*') return inWeek(weekday, time);
  const dayOfMonth = numberIn(day, 1, 31);
  if (weekday !== '*' || (dayOfMonth === null && day.toUpperCase() !== 'L')) return { kind: 'other' };
  return { kind: 'monthly', on: dayOfMonth === null ? { kind: 'last' } : { kind: 'day', day: dayOfMonth }, time };
};

const hoursOf = (hour: string, minute: number): CronMeaning => {
  if (hour === '*') return { kind: 'hourly', every: 1, first: 0, minute };
  const [, from = '0', step = ''] = /^(?:\*|(\d{1,2})-23)\/(\d{1,2})$/.exec(hour) ?? [];
  const every = HOUR_STEPS.find((each) => each === Number(step));
  const first = Number(from);
  return every === undefined || first >= every ? { kind: 'other' } : { kind: 'hourly', every, first, minute };
};

const inWeek = (weekday: string, time: string): CronMeaning => {
  const [, one = '', which = ''] = /^(\w+)#([1L])$/i.exec(weekday) ?? [];
  const named = dayOf(one);
  if (named !== null) {
    return { kind: 'monthly', on: { kind: 'weekday', which: which === '1' ? 'first' : 'last', day: named }, time };
  }
  const days = weekday.split(',').map(dayOf);
  if (days.includes(null)) return { kind: 'other' };
  return { kind: 'weekly', days: weekOrder(days.filter((day) => day !== null)), time };
};

/** Days of the week without repetition, from Monday on. */
export const weekOrder = (days: readonly number[]): readonly number[] =>
  [...new Set(days)].toSorted((one, other) => ((one + 6) % 7) - ((other + 6) % 7));

const dayOf = (text: string): number | null => {
  const named = DAYS.indexOf(text.toUpperCase());
  const number = named >= 0 ? named : numberIn(text, 0, 7);
  return number === null ? null : number % 7;
};

const numberIn = (text: string, least: number, most: number): number | null => {
  const value = /^\d{1,2}$/.test(text) ? Number(text) : -1;
  return value >= least && value <= most ? value : null;
};
