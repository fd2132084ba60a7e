import {
  MOST_COUNTED,
  type Priority,
  type RequestedLevel,
  type RuleDay,
  type RunLevel,
  type ScheduleTask,
  type WindowEnd,
} from '../../shared/contract/choices.ts';
import type { LevelRule, RunOutcome, ScheduleTerms, ScheduleView } from '../../shared/contract/schedules.ts';
import type { PillTone } from '../components/marks.tsx';
import { meaningOf } from '../screens/schedules/cron-words.ts';
import { monthDayOf, type Rhythm, type ScheduleField } from '../screens/schedules/schedule-form.ts';
import { format } from './format.ts';
import type { ZoneClock } from './zone.ts';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

export const OUTCOMES: Readonly<Record<RunOutcome, { readonly text: string; readonly tone: PillTone }>> = {
  waiting: { text: 'waiting', tone: 'wait' },
  running: { text: 'running', tone: 'run' },
  paused: { text: 'paused', tone: 'wait' },
  done: { text: 'done', tone: 'good' },
  warned: { text: 'done with warnings', tone: 'warn' },
  failed: { text: 'failed', tone: 'bad' },
  cancelled: { text: 'cancelled', tone: 'none' },
  interrupted: { text: 'interrupted', tone: 'bad' },
  skipped: { text: 'skipped', tone: 'warn' },
};

const two = (number: number): string => String(number).padStart(2, '0');

/** Words in a row: `Monday, Wednesday and Friday`. */
const listed = (texts: readonly string[]): string =>
  texts.length < 2 ? (texts[0] ?? '') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;

/** A day of every month, as it is chosen: its number, or `L`, `1#1` or `1#L` as cron has them. */
const monthDayText = (value: string): string => {
  if (value === 'L') return 'the last day';
  const [day = '', which] = value.split('#');
  return which === undefined ? `day ${day}` : `the ${which === '1' ? 'first' : 'last'} ${WEEKDAYS[Number(day)]}`;
};

/** An expression as a sentence, where it is one that can be said. */
const cronText = (cron: string): string => {
  const meaning = meaningOf(cron);
  switch (meaning.kind) {
    case 'minutes':
      return `Every ${meaning.every} minutes`;
    case 'hourly':
      return meaning.every === 1
        ? `Every hour at ${two(meaning.minute)} past`
        : `Every ${meaning.every} hours, the first of a day at ${two(meaning.first)}:${two(meaning.minute)}`;
    case 'daily':
      return `Every day at ${meaning.time}`;
    case 'workdays':
      return `Monday to Friday at ${meaning.time}`;
    case 'weekly':
      return `Every ${listed(meaning.days.map((day) => WEEKDAYS[day] ?? ''))} at ${meaning.time}`;
    case 'monthly':
      return `On ${monthDayText(monthDayOf(meaning.on))} of every month at ${meaning.time}`;
    case 'other':
      return cron;
  }
};

const TASKS: Readonly<Record<ScheduleTask, string>> = {
  backup: 'Back up',
  'restore-test': 'Test a restore',
  verify: 'Verify',
  retention: 'Apply retention',
};

export const LEVELS: Readonly<Record<RequestedLevel, string>> = {
  auto: 'Incremental, full the first time',
  full: 'Full',
  differential: 'Differential',
  incremental: 'Incremental',
};

/** What a run makes, as a word behind its time. */
export const RUN_LEVEL_WORDS: Readonly<Record<RunLevel, string>> = {
  auto: 'incremental (full if there is none)',
  full: 'full',
  differential: 'differential',
  incremental: 'incremental',
  synthetic: 'synthetic full',
};

const WINDOW_ENDS: Readonly<Record<WindowEnd, string>> = { pause: 'Pause', finish: 'Finish', cancel: 'Cancel' };
const WINDOW_END_TEXTS: Readonly<Record<WindowEnd, string>> = {
  pause: 'what runs then pauses until it opens again',
  finish: 'what runs then is finished',
  cancel: 'what runs then is cancelled',
};
const PRIORITY_WORDS: Readonly<Record<Priority, string>> = { low: 'Low', normal: 'Normal', high: 'High' };
const SHORT_DAYS = { sun: 0, mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6 } as const;

const RULE_DAY_WORDS: Readonly<Record<RuleDay, string>> = {
  ...(Object.fromEntries(Object.entries(SHORT_DAYS).map(([on, day]) => [on, WEEKDAYS[day]])) as Record<
    keyof typeof SHORT_DAYS,
    string
  >),
  month: 'The first run of a month',
};

const RULE_LEVEL_WORDS: Readonly<Record<RunLevel, string>> = { ...LEVELS, synthetic: 'Synthetic full' };

const ruleText = ({ on, level }: LevelRule): string =>
  on === 'month'
    ? `${RUN_LEVEL_WORDS[level]} with the first run of a month`
    : `${RUN_LEVEL_WORDS[level]} on ${WEEKDAYS[SHORT_DAYS[on]]}`;

/** The terms that are not the usual ones, a sentence each. */
const termTexts = ({
  rules,
  window,
  priority,
  jitterMs,
  retries,
  mains,
  unmetered,
  idleMs,
}: ScheduleTerms): readonly string[] => [
  ...rules.map(ruleText),
  ...(window === null ? [] : [`from ${window.from} to ${window.to}; ${WINDOW_END_TEXTS[window.atEnd]}`]),
  ...(mains ? ['only on mains'] : []),
  ...(unmetered ? ['only while the link is not metered'] : []),
  ...(idleMs === null ? [] : [`only when nobody used the machine for ${format.duration(idleMs)}`]),
  ...(jitterMs === 0 ? [] : [`up to ${format.duration(jitterMs)} later`]),
  ...(priority === 'normal' ? [] : [`${priority} priority`]),
  ...(retries === 3
    ? []
    : [retries === 0 ? 'not tried again' : `tried again ${retries === 1 ? 'once' : `${format.count(retries)} times`}`]),
];

const UNKNOWN: Readonly<Record<ScheduleView['unknown'][number], string>> = {
  mains: 'Whether this machine is on mains cannot be known here; it counts as being so.',
  metered: 'Whether the link of this machine is metered cannot be known here; it counts as not metered.',
  idle: 'Whether somebody uses this machine cannot be known here; it counts as idle.',
};

const RHYTHM_WORDS: Readonly<Record<Rhythm, string>> = {
  daily: 'Daily',
  workdays: 'Monday to Friday',
  weekly: 'Weekly',
  monthly: 'Monthly',
  hourly: 'Every few hours',
  own: 'Cron',
};

const PROBLEMS: Readonly<Record<ScheduleField, string>> = {
  object: 'Choose what is to be backed up.',
  time: 'Give an hour and a minute, such as 02:30.',
  days: 'Choose a day of the week at least.',
  cron: 'Give minute, hour, day of the month, month and day of the week.',
  passphraseFile: 'Give the full path of the file, beginning with / or a drive.',
  from: 'Give an hour and a minute, such as 22:00.',
  to: 'Give an hour and a minute, such as 06:00.',
  jitter: 'Give minutes, 720 at most, or nothing.',
  retries: 'Give a number from 0 to 10.',
  idle: 'Give minutes, 1440 at most, or nothing.',
};

export const schedulesWords = {
  title: 'Schedules',
  about:
    'Backups, restore tests, verifications and retention at times of their own, for as long as this console serves.',
  does: 'What it does',
  tasks: TASKS,
  wholeVault: (name: string) => `Vault ${name}, all of it`,
  allWithRules: (name: string) => `Vault ${name}, all objects that have keep rules`,
  retentionAbout:
    'What no keep rule holds expires at these times and cannot be restored any more, whether or not backups go on. Nothing goes while damage is known or something about a backup is unusual, and the last good set stays.',
  catchUpCheck: 'Make up for what was missed while no console served, once',
  doesWhat: ({ task, level }: Pick<ScheduleView, 'task' | 'level'>) =>
    task === 'backup' ? LEVELS[level] : TASKS[task],
  add: 'New schedule',
  none: 'No schedule yet',
  noneAbout:
    'With one, an object is backed up at its times without anybody looking. What came of every run stands here.',
  nothing: 'Nothing to back up yet',
  nothingAbout: 'Protect a folder or a volume first; then give it times of its own.',
  protect: 'Protect something',
  notStarting:
    'Coldframe does not start by itself: once this machine was restarted, nothing runs, and nobody is told, until somebody starts it.',
  toSettings: 'Have it start by itself',
  notKeeping: 'Nothing runs by itself at the moment',
  notKeepingAbout: 'The console that answers here was started for a single command. Schedules run while one serves.',
  when: cronText,
  /** With the zone, where one was chosen; empty for that of the console's machine. */
  whenIn: (cron: string, zone: string) => (zone === '' ? cronText(cron) : `${cronText(cron)}, in the time of ${zone}`),
  inZone: (zone: string) => `in the time of ${zone}`,
  object: 'Object',
  at: 'Runs',
  next: 'Next',
  last: 'Last run',
  never: 'Never ran',
  paused: 'paused',
  level: 'Level',
  run: 'Run now',
  remove: 'Remove',
  runOf: (object: string) => `Run now the schedule of ${object}`,
  pauseOf: (object: string) => `Pause the schedule of ${object}`,
  goOnOf: (object: string) => `Let the schedule of ${object} go on`,
  removeOf: (object: string) => `Remove the schedule of ${object}`,
  ran: (object: string) => `The schedule of ${object} has run.`,
  pausedNow: (object: string) => `The schedule of ${object} is paused.`,
  goesOn: (object: string) => `The schedule of ${object} goes on.`,
  removed: (object: string) => `The schedule of ${object} was removed.`,
  removeTitle: (object: string) => `Remove the schedule of ${object}?`,
  removeConsent: 'Remove it',
  removeKeep: 'Keep the schedule',
  removeAbout: (when: string) => `${when}: that ends, and the list of its runs goes. What was backed up stays.`,
  newTitle: 'New schedule',
  what: 'What',
  choose: 'Choose …',
  howOften: 'How often',
  rhythms: RHYTHM_WORDS,
  time: 'At',
  hourlyHelp: 'Of the time only the minute counts.',
  everyHelp: (times: readonly string[]) => `At ${listed(times)}.`,
  every: 'Hours from one run to the next',
  weekdaysOn: 'On',
  monthDays: 'On',
  monthDay: (value: string) => {
    const text = monthDayText(value);
    return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
  },
  monthDayHelp: (day: number) => `Months without a day ${day} have no run.`,
  zone: 'Time zone',
  zoneHelp: 'Its times are those of the clocks there. To find one, type its city, such as Berlin.',
  here: (when: string) => `${when} here`,
  calendarOther: (zone: string) => `All times here are those of ${zone}, of schedules in other time zones too.`,
  runsDay: 'Day',
  runsTime: 'Time',
  cronEither: 'With a day of the month and a day of the week it runs on either: whenever one of them fits.',
  day: 'On',
  weekdays: WEEKDAYS,
  cron: 'Cron expression',
  cronHelp: 'Minute, hour, day of the month, month, day of the week.',
  levels: LEVELS,
  catchUp: 'Make up for what was missed while no console served, with one backup',
  passphraseFile: 'File with the passphrase',
  passphraseHelp: 'Its vault is sealed, and nobody is there to be asked. Let nobody but you read that file.',
  problems: PROBLEMS,
  nextRuns: 'The next runs',
  create: 'Add it',
  save: 'Save',
  edit: 'Change …',
  editOf: (object: string) => `Change the schedule of ${object}`,
  editTitle: (object: string) => `The schedule of ${object}`,
  changed: (object: string) => `The schedule of ${object} was changed.`,
  rules: 'Other levels on certain days',
  rulesAbout:
    'The first that fits counts. A synthetic full set is put together after the backup, without reading the source again.',
  ruleOn: (at: number) => `Rule ${at}: on`,
  ruleLevel: (at: number) => `Rule ${at}: makes`,
  ruleDays: RULE_DAY_WORDS,
  ruleLevels: RULE_LEVEL_WORDS,
  addRule: 'Add a rule',
  removeRule: (at: number) => `Remove rule ${at}`,
  raiseRule: (at: number) => `Put rule ${at} before the one above it`,
  windowTitle: 'Hours',
  windowed: 'Only within certain hours',
  from: 'From',
  to: 'To',
  atEnd: 'What still runs then',
  windowEnds: WINDOW_ENDS,
  conditions: 'Conditions, retries, priority',
  mains: 'Only while the machine is on mains',
  unmetered: 'Only while the link is not metered',
  conditionsAbout:
    'What this machine does not tell counts as fulfilled: the doctor says what it tells. A source on a share waits for a network by itself.',
  idle: 'Minutes without anybody at the machine',
  idleHelp: 'Empty: it may disturb.',
  jitter: 'Minutes it may begin later',
  jitterHelp: 'So that not all begin at once.',
  retries: 'Further tries',
  retriesHelp: 'After failures that can pass, such as a vault that is away.',
  priority: 'Priority',
  priorities: PRIORITY_WORDS,
  doubts: 'Meant so?',
  doubt: (doubt: ScheduleView['doubts'][number], { window, rules }: ScheduleTerms, clock: typeof format) => {
    switch (doubt.kind) {
      case 'outside-window':
        return `It is due outside its window, at ${clock.time(doubt.due)}: it begins at ${clock.time(doubt.begins)}.`;
      case 'window-always-open':
        return `A window from ${window?.from} to ${window?.to} is always open.`;
      case 'spread-too-long':
        return `It is spread over more than the time between two runs allows: runs begin up to ${format.duration(doubt.mostMs)} later.`;
      case 'rule-never-holds': {
        const rule = rules[doubt.rule];
        return `${rule ? ruleText(rule) : 'A level rule'}: that never holds, since another rule of that day stands before it.`;
      }
    }
  },
  /** Beside a run that begins later than it is due: the day is told where it is another one. */
  dueBefore: (due: string, at: string, { fullDay, format: { time } }: ZoneClock) =>
    `due ${fullDay(due) === fullDay(at) ? '' : `on ${fullDay(due)} `}at ${time(due)}, before its window opens or by its spread`,
  terms: 'Terms',
  termTexts,
  unknown: UNKNOWN,
  calendar: 'The coming weeks',
  times: (count: number | null) => (count === null ? '× >24' : `× ${format.count(count)}`),
  moreRuns: (count: number) => `${format.count(count)} more`,
  runTitle: (object: string, task: ScheduleTask, level: RunLevel) =>
    `${object}: ${task === 'backup' ? RUN_LEVEL_WORDS[level] : TASKS[task]}`,
  kinds: { ...TASKS, ...RUN_LEVEL_WORDS },
  notBefore: (when: string) => `Not before ${when}.`,
  pauseHour: 'Pause all for an hour',
  pauseTomorrow: 'Until tomorrow',
  pausedAll: (when: string) => `All schedules are paused until ${when}`,
  pausedAllAbout: 'What is due meanwhile waits if it makes up for missed runs, and for an hour at most if it does not.',
  allGoOn: 'Let them go on',
  added: (object: string) => `${object} has a schedule.`,
  missing: (id: string) => `There is no schedule ${id}.`,
  missingAbout: 'It may have been removed.',
  all: 'All schedules',
  runs: 'Runs',
  noRuns: 'It has not come due yet.',
  due: 'Due',
  began: 'Began',
  outcome: 'Outcome',
  job: 'Job',
  more: (count: number) => `and ${count < MOST_COUNTED ? '' : 'at least '}${format.count(count)} before it`,
  facts: 'The schedule',
  expression: 'Expression',
  missed: 'Missed runs',
  missedCaught: 'are made up for, by one run',
  missedLet: 'are listed and let go',
  passphraseIn: 'Passphrase in',
} as const;
