import type { Priority, RequestedLevel, ScheduleTask, WindowEnd } from '../../../shared/contract/choices.ts';
import type { InputOf } from '../../../shared/contract/contract.ts';
import type { LevelRule, ScheduleView } from '../../../shared/contract/schedules.ts';
import { isWhole } from '../../stores/paths.ts';
import { timeOfDay } from '../../stores/time-of-day.ts';
import { meaningOf } from './cron-words.ts';

export const RHYTHMS = ['daily', 'workdays', 'weekly', 'hourly', 'own'] as const;
export type Rhythm = (typeof RHYTHMS)[number];

/** Days of the week by their numbers, 0 is Sunday. */
const DAY_NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

export interface ScheduleForm {
  readonly task: ScheduleTask;
  /** Name of the object; empty when it is for a vault. */
  readonly object: string;
  /** Folder of the vault, of a verification of a whole one; else empty. */
  readonly vault: string;
  readonly rhythm: Rhythm;
  /** Hour and minute. */
  readonly time: string;
  /** Day of the week, 0 is Sunday. */
  readonly day: string;
  readonly cron: string;
  readonly level: RequestedLevel;
  /** The day of the week that makes a full set; empty for none. */
  readonly fullOn: string;
  /** Whether the first run of a month makes a synthetic full. */
  readonly monthly: boolean;
  /** Rules that the form has no fields for, which it keeps. */
  readonly otherRules: readonly LevelRule[];
  readonly catchUp: boolean;
  readonly passphraseFile: string;
  readonly windowed: boolean;
  readonly from: string;
  readonly to: string;
  readonly atEnd: WindowEnd;
  readonly priority: Priority;
  /** Minutes, as they are typed; empty for none. */
  readonly jitter: string;
  readonly retries: string;
  readonly mains: boolean;
  readonly unmetered: boolean;
  readonly idle: string;
}

export type ScheduleField =
  | 'object'
  | 'time'
  | 'cron'
  | 'passphraseFile'
  | 'from'
  | 'to'
  | 'jitter'
  | 'retries'
  | 'idle';

export const NEW_SCHEDULE: ScheduleForm = {
  task: 'backup',
  object: '',
  vault: '',
  rhythm: 'daily',
  time: '02:30',
  day: '5',
  cron: '30 2 * * *',
  level: 'auto',
  fullOn: '',
  monthly: false,
  otherRules: [],
  catchUp: true,
  passphraseFile: '',
  windowed: false,
  from: '22:00',
  to: '06:00',
  atEnd: 'finish',
  priority: 'normal',
  jitter: '',
  retries: '3',
  mains: false,
  unmetered: false,
  idle: '',
};

const minutesText = (ms: number | null): string => (ms === null || ms === 0 ? '' : String(Math.round(ms / 60_000)));

/** The form of a schedule that there is. */
export const formOf = (schedule: ScheduleView): ScheduleForm => {
  const { cron, terms } = schedule;
  const meaning = meaningOf(cron);
  const known = meaning.kind !== 'other' && meaning.kind !== 'monthly';
  const full = terms.rules.find(({ on, level }) => on !== 'month' && level === 'full');
  const monthly = terms.rules.find(({ on, level }) => on === 'month' && level === 'synthetic');
  return {
    ...NEW_SCHEDULE,
    task: schedule.task,
    object: schedule.vault === null ? schedule.object : '',
    vault: schedule.vault ?? '',
    rhythm: known ? meaning.kind : 'own',
    ...(known && 'time' in meaning ? { time: meaning.time } : {}),
    ...(meaning.kind === 'hourly' ? { time: `00:${String(meaning.minute).padStart(2, '0')}` } : {}),
    ...(meaning.kind === 'weekly' ? { day: String(meaning.day) } : {}),
    cron,
    level: schedule.level,
    fullOn: full ? String((DAY_NAMES as readonly string[]).indexOf(full.on)) : '',
    monthly: monthly !== undefined,
    otherRules: terms.rules.filter((rule) => rule !== full && rule !== monthly),
    catchUp: schedule.catchUp,
    passphraseFile: schedule.passphraseFile ?? '',
    windowed: terms.window !== null,
    ...terms.window,
    priority: terms.priority,
    jitter: minutesText(terms.jitterMs),
    retries: String(terms.retries),
    mains: terms.mains,
    unmetered: terms.unmetered,
    idle: minutesText(terms.idleMs),
  };
};

/** A whole number within bounds, 0 when nothing was typed; null when it is none. */
const numberOf = (typed: string, least: number, most: number): number | null => {
  const text = typed.trim() === '' ? '0' : typed.trim();
  const value = Number(text);
  return /^\d{1,5}$/.test(text) && (value === 0 || value >= least) && value <= most ? value : null;
};

/** The expression that a form means, or null while its time cannot be read. */
export const cronOf = ({ rhythm, time, day, cron }: ScheduleForm): string | null => {
  if (rhythm === 'own') return cron.trim() === '' ? null : cron.trim();
  const [hour, minute] = timeOfDay(time)?.split(':') ?? [];
  if (hour === undefined || minute === undefined) return null;
  const hours = rhythm === 'hourly' ? '*' : String(Number(hour));
  const days = { daily: '*', workdays: '1-5', weekly: day, hourly: '*' }[rhythm];
  return `${Number(minute)} ${hours} * * ${days}`;
};

/** The level rules that a form means, in their order: the month goes before the week. */
export const rulesOf = ({ monthly, fullOn, otherRules }: ScheduleForm): LevelRule[] => {
  const day = fullOn === '' ? undefined : DAY_NAMES[Number(fullOn)];
  return [
    ...(monthly ? [{ on: 'month', level: 'synthetic' } as const] : []),
    ...(day === undefined ? [] : [{ on: day, level: 'full' } as const]),
    ...otherRules,
  ];
};

const RETRIES_MOST = 10;
const JITTER_MOST = 720;
const IDLE_MOST = 1440;

/** Whether a task can be of a whole vault. */
export const isOfVaults = (task: ScheduleTask): boolean => task === 'verify' || task === 'retention';

/** The fields that cannot stay as they are. `sealed`: whether the vault of the object needs a passphrase. */
export const scheduleProblems = (form: ScheduleForm, sealed: boolean): readonly ScheduleField[] => {
  const wrong: Readonly<Record<ScheduleField, boolean>> = {
    object: form.object === '' && (form.vault === '' || !isOfVaults(form.task)),
    time: form.rhythm !== 'own' && cronOf(form) === null,
    cron: form.rhythm === 'own' && cronOf(form) === null,
    passphraseFile: sealed && !isWhole(form.passphraseFile),
    from: form.windowed && timeOfDay(form.from) === null,
    to: form.windowed && timeOfDay(form.to) === null,
    jitter: numberOf(form.jitter, 1, JITTER_MOST) === null,
    retries: numberOf(form.retries, 0, RETRIES_MOST) === null,
    idle: numberOf(form.idle, 1, IDLE_MOST) === null,
  };
  return (Object.keys(wrong) as ScheduleField[]).filter((field) => wrong[field]);
};

/** The window of a form; null without one, and while its times cannot be read. */
export const windowOf = ({ windowed, from, to, atEnd }: ScheduleForm) => {
  const [begin, end] = [timeOfDay(from), timeOfDay(to)];
  return !windowed || begin === null || end === null ? null : { from: begin, to: end, atEnd };
};

const termsOf = (form: ScheduleForm): InputOf<'schedule.add'>['terms'] => {
  const idle = numberOf(form.idle, 1, IDLE_MOST) ?? 0;
  return {
    ...(form.task === 'backup' ? { rules: rulesOf(form) } : {}),
    window: form.windowed
      ? { from: timeOfDay(form.from) ?? '', to: timeOfDay(form.to) ?? '', atEnd: form.atEnd }
      : null,
    priority: form.priority,
    jitterMs: 60_000 * (numberOf(form.jitter, 1, JITTER_MOST) ?? 0),
    retries: numberOf(form.retries, 0, RETRIES_MOST) ?? 0,
    mains: form.mains,
    unmetered: form.unmetered,
    idleMs: idle === 0 ? null : 60_000 * idle,
  };
};

/** What a form asks for, of a new schedule or of one that there is. */
export const scheduleRequest = (
  form: ScheduleForm,
  sealed: boolean,
): Omit<InputOf<'schedule.add'>, 'object' | 'vault' | 'task'> => ({
  cron: cronOf(form) ?? '',
  ...(form.task === 'backup' ? { level: form.level } : {}),
  catchUp: form.catchUp,
  ...(sealed ? { passphraseFile: form.passphraseFile } : {}),
  terms: termsOf(form),
});

/** What a new schedule is for, and what it does. */
export const scheduleSubject = ({
  task,
  object,
  vault,
}: ScheduleForm): Pick<InputOf<'schedule.add'>, 'object' | 'vault' | 'task'> =>
  vault === '' ? { task, object } : { task, vault };
