import { Cron } from 'croner';
import { MOST_COUNTED } from '../../../shared/contract/choices.ts';
import { ColdframeError } from '../../../shared/errors.ts';

/** The times of a schedule. */
export interface Calendar {
  /** The first moments after one, as many as asked for; fewer when there are no more. Milliseconds since 1970. */
  next(after: number, most: number): number[];
  /** The moments in (from, until], the last `most` of them in their order, and how many came before those, MOST_COUNTED at most. */
  between(from: number, until: number, most: number): { readonly moments: readonly number[]; readonly before: number };
}

/** The time zone of this machine. */
/** A zone as its name is written: `europe/berlin` is Europe/Berlin. Of one that is not known, and of another name of one, the name as it was given. */
export const zoneNamed = (zone: string): string => {
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions();
    return timeZone.toLowerCase() === zone.toLowerCase() ? timeZone : zone;
  } catch {
    return zone;
  }
};

export const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * Reads a cron expression of five fields, or a nickname, in a time zone (IANA name). An hour that a change of the clocks
 * leaves out or has twice is one run. Throws USAGE for what cannot be read or never comes.
 */
export const calendarOf = (cron: string, zone: string): Calendar => {
  demandZone(zone);
  const expression = read(cron, zone);
  const after = (moment: number): number | null => expression.nextRun(new Date(moment))?.getTime() ?? null;
  const last = (until: number, most: number): number[] =>
    expression
      .previousRuns(most + 1, new Date(until + 1000))
      .map((moment) => moment.getTime())
      .filter((moment) => moment <= until)
      .slice(0, most)
      .toReversed();
  if (after(Date.now()) === null) throw unusable(cron, 'it never comes');
  return {
    next: (from, most) => {
      const moments: number[] = [];
      for (let at: number | null = from; moments.length < most; moments.push(at)) {
        at = after(at);
        if (at === null) break;
      }
      return moments;
    },
    between: (from, until, most) => {
      const moments: number[] = [];
      for (let at = after(from); at !== null && at <= until; at = after(at)) {
        // Each takes a tenth of a millisecond: those of years are looked for from their end.
        if (moments.length === most + MOST_COUNTED) return { moments: last(until, most), before: MOST_COUNTED };
        moments.push(at);
      }
      return { moments: moments.slice(-most), before: Math.max(0, moments.length - most) };
    },
  };
};

/** Five fields, or a nickname; the library would take dates, too. */
const EXPRESSION = /^\s*(@[a-z]+|([^\s:@]+\s+){4}[^\s:@]+)\s*$/i;

const read = (cron: string, zone: string): Cron => {
  if (!EXPRESSION.test(cron)) throw unusable(cron, 'it has not five fields');
  try {
    return new Cron(cron, { timezone: zone, mode: '5-part' });
  } catch {
    throw unusable(cron, whatIsWrong(cron.trim()));
  }
};

const FIELDS = [
  ['minute', '0 to 59'],
  ['hour', '0 to 23'],
  ['day of the month', '1 to 31'],
  ['month', '1 to 12, or JAN to DEC'],
  ['day of the week', '0 to 7, or SUN to SAT'],
] as const;

/** The first field that is wrong by itself, in our words: those of the library name its own insides. */
const whatIsWrong = (cron: string): string => {
  if (cron.startsWith('@')) return 'no such nickname is known';
  const typed = cron.split(/\s+/);
  for (const [at, [name, range]] of FIELDS.entries()) {
    const alone = FIELDS.map((_, field) => (field === at ? typed[at] : '*')).join(' ');
    if (!isReadable(alone)) return `its ${name}, ${typed[at]}, cannot be (${range})`;
  }
  return 'it cannot be read';
};

const isReadable = (cron: string): boolean => {
  try {
    new Cron(cron, { mode: '5-part' });
    return true;
  } catch {
    return false;
  }
};

const demandZone = (zone: string): void => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw new ColdframeError('USAGE', {
      message: `${JSON.stringify(zone)} is no time zone.`,
      guidance: 'Give the name of one, such as Europe/Berlin or UTC.',
      context: { zone },
    });
  }
};

const unusable = (cron: string, why: string): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `${JSON.stringify(cron)} is no time to run at: ${why.replace(/[\s.]+$/, '')}.`,
    guidance:
      'Give minute, hour, day of the month, month and day of the week: "30 2 * * *" is half past two every night, "0 22 * * FRI" is Friday evening.',
    context: { cron },
  });
