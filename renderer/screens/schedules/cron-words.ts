/** What a cron expression says, where it is one that a sentence can say. Days of the week: 0 is Sunday. */
export type CronMeaning =
  | { readonly kind: 'hourly'; readonly minute: number }
  | { readonly kind: 'daily'; readonly time: string }
  | { readonly kind: 'workdays'; readonly time: string }
  | { readonly kind: 'weekly'; readonly day: number; readonly time: string }
  | { readonly kind: 'monthly'; readonly day: number; readonly time: string }
  | { readonly kind: 'other' };

const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const NICKNAMES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
};

/** Reads the expressions that the forms of this console make, and their like. */
export const meaningOf = (cron: string): CronMeaning => {
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...more] = (
    NICKNAMES[cron.trim().toLowerCase()] ?? cron
  )
    .trim()
    .split(/\s+/);
  const at = numberIn(minute, 0, 59);
  if (at === null || month !== '*' || more.length > 0) return { kind: 'other' };
  if (hour === '*' && day === '*' && weekday === '*') return { kind: 'hourly', minute: at };
  const full = numberIn(hour, 0, 23);
  if (full === null) return { kind: 'other' };
  const time = `${String(full).padStart(2, '0')}:${String(at).padStart(2, '0')}`;
  if (day === '*' && weekday === '*') return { kind: 'daily', time };
  if (day === '*' && /^(1-5|MON-FRI)$/i.test(weekday)) return { kind: 'workdays', time };
  const named = DAYS.indexOf(weekday.toUpperCase());
  const dayOfWeek = named >= 0 ? named : numberIn(weekday, 0, 7);
  if (day === '*' && dayOfWeek !== null) return { kind: 'weekly', day: dayOfWeek % 7, time };
  const dayOfMonth = numberIn(day, 1, 31);
  if (weekday === '*' && dayOfMonth !== null) return { kind: 'monthly', day: dayOfMonth, time };
  return { kind: 'other' };
};

const numberIn = (text: string, least: number, most: number): number | null => {
  const value = /^\d{1,2}$/.test(text) ? Number(text) : -1;
  return value >= least && value <= most ? value : null;
};
