/** The one place where numbers, sizes and times become text. Made once for a locale, used everywhere. */
export const formatter = (locale: string | undefined, timeZone?: string) => {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const short = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  /** What is not all and not nothing is never told as if it were. */
  const percent = (part: number, of: number): string => {
    const of1 = of === 0 ? 0 : Math.min(1, part / of);
    if (of1 > 0 && of1 < 0.01) return `under ${share.format(0.01)}`;
    return share.format(of1 > 0.99 && of1 < 1 ? 0.99 : of1);
  };
  const zone = timeZone === undefined ? {} : { timeZone };
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', ...zone });
  const second = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', ...zone });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short', hour: '2-digit', minute: '2-digit', ...zone });
  const date = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    ...zone,
  });
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', ...zone });
  const longDate = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', ...zone });
  const exactDate = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', ...zone });
  const dayKey = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', ...zone });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

  const bytes = (value: number): string => {
    let unit = 0;
    let rest = value;
    while (rest >= 999.5 && unit < UNITS.length - 1) {
      rest /= 1024;
      unit += 1;
    }
    const text = unit === 0 || rest >= 99.95 ? whole.format(rest) : short.format(rest);
    return `${text} ${UNITS[unit]}`;
  };

  /** How long ago or ahead, in the largest unit that fits. */
  const age = (time: string, now: number): string => {
    const past = (Date.parse(time) - now) / 1000;
    const step = STEPS.find(({ seconds }) => Math.abs(past) >= seconds);
    return step
      ? relative.format(Math.trunc(past / (step.unit === 'month' ? 2_629_800 : step.seconds)), step.unit)
      : relative.format(0, 'second');
  };

  /** A point in time as short as it can be told today. */
  const when = (time: string, now: number): string => {
    const at = new Date(time);
    const days = Math.round(
      (Date.parse(`${dayKey.format(at)}T00:00:00Z`) - Date.parse(`${dayKey.format(now)}T00:00:00Z`)) / DAY_MS,
    );
    if (Math.abs(days) <= 1) return `${relative.format(days, 'day')} ${clock.format(at)}`;
    if (days > -7 && days < 7) return weekday.format(at);
    return Math.abs(days) < 300 ? date.format(at) : longDate.format(at);
  };

  /** How to write dates that stand beside each other: to the second where two of them share a minute. */
  const dateAmong = (times: readonly string[]): ((time: string) => string) => {
    const texts = new Set(times.map((time) => longDate.format(new Date(time))));
    const chosen = texts.size < new Set(times).size ? exactDate : longDate;
    return (time) => chosen.format(new Date(time));
  };

  return {
    bytes,
    age,
    when,
    count: (value: number) => whole.format(value),
    /** A count with its noun, in English: `1 element`, `2 entries`. */
    counted: (value: number, one: string, many = `${one}s`) => `${whole.format(value)} ${value === 1 ? one : many}`,
    rate: (bytesASecond: number) => `${bytes(bytesASecond)}/s`,
    percent,
    clock: (time: string) => second.format(new Date(time)),
    time: (time: string) => clock.format(new Date(time)),
    day: (time: string) => day.format(new Date(time)),
    date: (time: string) => longDate.format(new Date(time)),
    dateAmong,
    /** Times of the day that stand beside each other: with seconds where two of them share a minute. */
    timeAmong: (times: readonly string[]): ((time: string) => string) => {
      const minutes = new Set(times.map((time) => time.slice(0, 16)));
      const chosen = minutes.size < new Set(times).size ? second : clock;
      return (time) => chosen.format(new Date(time));
    },
    duration,
  };
};

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const DAY_MS = 86_400_000;
const STEPS = [
  { unit: 'year', seconds: 31_557_600 },
  { unit: 'month', seconds: 2 * 2_629_800 },
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3600 },
  { unit: 'minute', seconds: 60 },
] as const;

const twoUnits = (first: number, unit: string, second: number, smaller: string): string =>
  second === 0 ? `${first} ${unit}` : `${first} ${unit} ${second} ${smaller}`;

/** A span in its two largest units: `850 ms`, `12 s`, `3 min 4 s`, `2 h 5 min`, `3 d 4 h`; the second only where there is any of it: `10 min`. */
const duration = (ms: number): string => {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return twoUnits(Math.trunc(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return twoUnits(Math.trunc(minutes / 60), 'h', minutes % 60, 'min');
  return twoUnits(Math.trunc(minutes / 1440), 'd', Math.trunc((minutes % 1440) / 60), 'h');
};

/** In the language and zone of whoever looks. */
export const format = formatter(undefined);
