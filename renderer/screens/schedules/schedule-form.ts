import type { RequestedLevel } from '../../../shared/contract/choices.ts';
import type { InputOf } from '../../../shared/contract/contract.ts';

export const RHYTHMS = ['daily', 'workdays', 'weekly', 'hourly', 'own'] as const;
export type Rhythm = (typeof RHYTHMS)[number];

export interface ScheduleForm {
  readonly object: string;
  readonly rhythm: Rhythm;
  /** Hour and minute. */
  readonly time: string;
  /** Day of the week, 0 is Sunday. */
  readonly day: string;
  readonly cron: string;
  readonly level: RequestedLevel;
  readonly catchUp: boolean;
  readonly passphraseFile: string;
}

export type ScheduleField = 'object' | 'time' | 'cron' | 'passphraseFile';

export const NEW_SCHEDULE: ScheduleForm = {
  object: '',
  rhythm: 'daily',
  time: '02:30',
  day: '5',
  cron: '30 2 * * *',
  level: 'auto',
  catchUp: true,
  passphraseFile: '',
};

/** The expression that a form means, or null while its time cannot be read. */
export const cronOf = ({ rhythm, time, day, cron }: ScheduleForm): string | null => {
  if (rhythm === 'own') return cron.trim() === '' ? null : cron.trim();
  const [, hour, minute] = /^\s*([01]?\d|2[0-3]):([0-5]\d)\s*$/.exec(time) ?? [];
  if (hour === undefined || minute === undefined) return null;
  const hours = rhythm === 'hourly' ? '*' : String(Number(hour));
  const days = { daily: '*', workdays: '1-5', weekly: day, hourly: '*' }[rhythm];
  return `${Number(minute)} ${hours} * * ${days}`;
};

/** The fields that cannot stay as they are. `sealed`: whether the vault of the object needs a passphrase. */
export const scheduleProblems = (form: ScheduleForm, sealed: boolean): readonly ScheduleField[] => [
  ...(form.object === '' ? (['object'] as const) : []),
  ...(cronOf(form) === null ? [form.rhythm === 'own' ? ('cron' as const) : ('time' as const)] : []),
  ...(sealed && !/^(\/|[a-z]:[\\/])/i.test(form.passphraseFile) ? (['passphraseFile'] as const) : []),
];

export const scheduleRequest = (form: ScheduleForm, sealed: boolean): InputOf<'schedule.add'> => ({
  object: form.object,
  cron: cronOf(form) ?? '',
  level: form.level,
  catchUp: form.catchUp,
  ...(sealed ? { passphraseFile: form.passphraseFile } : {}),
});
