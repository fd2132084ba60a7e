import {
  type Priority,
  type RequestedLevel,
  type ScheduleTask,
  WEEKDAYS,
  type WindowEnd,
} from '../../../shared/contract/choices.ts';
import type { InputOf } from '../../../shared/contract/contract.ts';
import type { LevelRule, ScheduleView } from '../../../shared/contract/schedules.ts';
import { isWhole } from '../../stores/paths.ts';
import { timeOfDay } from '../../stores/time-of-day.ts';
import { type CronMeaning, type MonthDay, meaningOf, weekOrder } from './cron-words.ts';

export const RHYTHMS = ['daily', 'workdays', 'weekly', 'monthly', 'hourly', 'own'] as const;
export type Rhythm = (typeof RHYTHMS)[number];

export interface ScheduleForm {
  readonly task: ScheduleTask;
  /** Name of the object; empty when it is for a vault. */
  readonly object: string;
  /** Folder of the vault, of a verification of a whole one; else empty. */
  readonly vault: string;
  readonly rhythm: Rhythm;
  /** Hour and minute. */
  readonly time: string;
  /** Days of the week, 0 is Sunday. */
  readonly days: readonly number[];
  /** The day of a month: its number, or as cron has it `L` for the last one, `1#1` for the first Monday, `1#L` for the last one. */
  readonly monthDay: string;
  /** Hours from one run to the next. */
  readonly every: number;
  readonly cron: string;
  /** IANA name; empty for the zone of the console's machine. */
  readonly zone: string;
  readonly level: RequestedLevel;
  /** When another level is made; the first that fits counts. */
  readonly rules: readonly LevelRule[];
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
  | 'days'
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
  days: [5],
  monthDay: '1',
  every: 1,
  cron: '30 2 * * *',
  zone: '',
  level: 'auto',
  rules: [],
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

const clockText = (hour: number, minute: number): string =>
  `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;

/** A day of every month as the form has it. */
export const monthDayOf = (on: MonthDay): string => {
  if (on.kind === 'day') return String(on.day);
  return on.kind === 'last' ? 'L' : `${on.day}#${on.which === 'first' ? '1' : 'L'}`;
};

/** The fields of a rhythm that the form offers, set as an expression has them. */
const rhythmOf = (meaning: CronMeaning): Partial<ScheduleForm> => {
  switch (meaning.kind) {
    case 'daily':
    case 'workdays':
      return { rhythm: meaning.kind, time: meaning.time };
    case 'weekly':
      return { rhythm: 'weekly', time: meaning.time, days: meaning.days };
    case 'monthly':
      return { rhythm: 'monthly', time: meaning.time, monthDay: monthDayOf(meaning.on) };
    case 'hourly':
      return { rhythm: 'hourly', every: meaning.every, time: clockText(meaning.first, meaning.minute) };
    case 'minutes':
    case 'other':
      return { rhythm: 'own' };
  }
};

/** The form of a schedule that there is. */
export const formOf = (schedule: ScheduleView): ScheduleForm => {
  const { cron, terms } = schedule;
  return {
    ...NEW_SCHEDULE,
    task: schedule.task,
    object: schedule.vault === null ? schedule.object : '',
    vault: schedule.vault ?? '',
    ...rhythmOf(meaningOf(cron)),
    cron,
    zone: schedule.zone,
    level: schedule.level,
    rules: terms.rules,
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

/** The hours of the day at which runs begin that are so many apart, one of them at this hour. */
const hoursField = (every: number, hour: number): string => {
  if (every === 1) return '*';
  const first = hour % every;
  return first === 0 ? `*/${every}` : `${first}-23/${every}`;
};

/** The expression that a form means, or null while its time or its days cannot be read. */
export const cronOf = ({ rhythm, time, days, monthDay, every, cron }: ScheduleForm): string | null => {
  if (rhythm === 'own') return cron.trim() === '' ? null : cron.trim();
  const [hour, minute] = timeOfDay(time)?.split(':').map(Number) ?? [];
  if (hour === undefined || minute === undefined || (rhythm === 'weekly' && days.length === 0)) return null;
  switch (rhythm) {
    case 'daily':
      return `${minute} ${hour} * * *`;
    case 'workdays':
      return `${minute} ${hour} * * 1-5`;
    case 'weekly':
      return `${minute} ${hour} * * ${weekOrder(days).join(',')}`;
    case 'monthly':
      return monthDay.includes('#') ? `${minute} ${hour} * * ${monthDay}` : `${minute} ${hour} ${monthDay} * *`;
    case 'hourly':
      return `${minute} ${hoursField(every, hour)} * * *`;
  }
};

/** Rules a schedule can have. */
export const RULES_MOST = 16;

/** A further rule, for a day that none is for yet. */
export const withRule = (rules: readonly LevelRule[]): readonly LevelRule[] => {
  const on = (['sun', 'month', ...WEEKDAYS] as const).find((day) => !rules.some((rule) => rule.on === day)) ?? 'sun';
  return [...rules, { on, level: on === 'month' ? 'synthetic' : 'full' }];
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
    time: form.rhythm !== 'own' && timeOfDay(form.time) === null,
    days: form.rhythm === 'weekly' && form.days.length === 0,
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
    ...(form.task === 'backup' ? { rules: [...form.rules] } : {}),
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
  ...(form.zone === '' ? {} : { zone: form.zone }),
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

/** What was changed in a form since it was opened: what was not may have been changed by somebody else meanwhile, and stays. */
export const changedSchedule = (
  form: ScheduleForm,
  opened: ScheduleForm,
  sealed: boolean,
): Omit<InputOf<'schedule.update'>, 'schedule'> => {
  const { terms = {}, ...wanted } = scheduleRequest(form, sealed);
  const { terms: termsThen = {}, ...then } = scheduleRequest(opened, sealed);
  const changedTerms = differing(terms, termsThen);
  return { ...differing(wanted, then), ...(Object.keys(changedTerms).length === 0 ? {} : { terms: changedTerms }) };
};

const differing = <T extends object>(now: T, then: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(then, name))),
  ) as Partial<T>;
