import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  PRIORITIES,
  type Priority,
  REQUESTED_LEVELS,
  type RequestedLevel,
  RULE_DAYS,
  RUN_LEVELS,
  WINDOW_ENDS,
  type WindowEnd,
} from '../../shared/contract/choices.ts';
import type { InputOf } from '../../shared/contract/contract.ts';
import type { LevelRule, ScheduleTerms } from '../../shared/contract/schedules.ts';
import { ColdframeError } from '../../shared/errors.ts';
import { formatSpan, typedSpan, wholeNumber } from './sizes.ts';

/** What `schedule add` and `schedule edit` take alike. */
export interface TermOptions {
  readonly zone?: string;
  readonly level?: RequestedLevel;
  readonly catchUp?: boolean;
  readonly rule?: readonly LevelRule[];
  /** False: taken back. */
  readonly window?: { readonly from: string; readonly to: string } | false;
  readonly atWindowEnd?: WindowEnd;
  readonly priority?: Priority;
  readonly jitter?: number;
  readonly retries?: number;
  readonly onMains?: boolean;
  readonly unmetered?: boolean;
  readonly idle?: number | false;
}

/** Adds the options that say on what terms a schedule runs. */
export const addTermOptions = (command: Command): Command =>
  command
    .option('--zone <name>', 'the time zone it is meant in (default: that of this machine)')
    .addOption(new Option('--level <level>', 'what to build on (default: auto)').choices(REQUESTED_LEVELS))
    .option('--catch-up', 'make up for what was missed while no console served, with one run')
    .option(
      '--rule <on=level>',
      'another level on a day, or for the first run of a month: sun=full, month=synthetic',
      ruleOf,
    )
    .option('--window <from-to>', 'the hours in which runs may go on: 22:00-06:00', windowOf)
    .addOption(
      new Option('--at-window-end <what>', 'what becomes of a run then (default: finish)').choices(WINDOW_ENDS),
    )
    .addOption(
      new Option('--priority <which>', 'who goes first when several wait (default: normal)').choices(PRIORITIES),
    )
    .option('--jitter <span>', 'begin up to so much later, so that not all begin at once: 15m', typedSpan)
    .option('--retries <n>', 'tries after a failure that can pass (default: 3)', wholeNumber(0, 10))
    .option('--on-mains', 'only while the machine is not on battery')
    .option('--unmetered', 'only while the link is not metered, such as that of a phone')
    .option('--idle <span>', 'only after nobody used the machine for so long: 10m', idleOf);

const MINUTE_MS = 60_000;

const idleOf = (text: string): number => {
  const ms = typedSpan(text);
  if (ms >= MINUTE_MS && ms <= 24 * 60 * MINUTE_MS) return ms;
  throw new InvalidArgumentError('It is from 1m to 24h; leave it out to run whoever is at the machine.');
};

const ruleOf = (text: string, before: readonly LevelRule[] = []): readonly LevelRule[] => {
  const [on, level, ...more] = text.toLowerCase().split('=');
  const day = RULE_DAYS.find((each) => each === on);
  const made = RUN_LEVELS.find((each) => each === level);
  if (day !== undefined && made !== undefined && more.length === 0) return [...before, { on: day, level: made }];
  throw new InvalidArgumentError(
    `A rule is a day and a level, such as sun=full. Days: ${RULE_DAYS.join(', ')}. Levels: ${RUN_LEVELS.join(', ')}.`,
  );
};

const windowOf = (text: string): { readonly from: string; readonly to: string } => {
  const [, from, to] = /^((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return { from, to };
  throw new InvalidArgumentError('A window is two times of day, such as 22:00-06:00.');
};

/** The terms that options ask for. `known`: those of a schedule that is changed. */
export const termsAsked = (options: TermOptions, known?: ScheduleTerms): InputOf<'schedule.add'>['terms'] => {
  const { rule, window, atWindowEnd, priority, jitter, retries, onMains, unmetered, idle } = options;
  const hours = window === false ? null : (window ?? known?.window ?? null);
  const atEnd = atWindowEnd ?? known?.window?.atEnd ?? 'finish';
  const asked = window !== undefined || atWindowEnd !== undefined;
  if (atWindowEnd !== undefined && hours === null)
    throw new ColdframeError('USAGE', {
      message: '--at-window-end says what becomes of a run when its window ends, and there is no window.',
      guidance: 'Give the window, too: --window 22:00-06:00',
    });
  return {
    ...(rule === undefined ? {} : { rules: [...rule] }),
    ...(asked ? { window: hours === null ? null : { ...hours, atEnd } } : {}),
    ...(priority === undefined ? {} : { priority }),
    ...(jitter === undefined ? {} : { jitterMs: jitter }),
    ...(retries === undefined ? {} : { retries }),
    ...(onMains === undefined ? {} : { mains: onMains }),
    ...(unmetered === undefined ? {} : { unmetered }),
    ...(idle === undefined ? {} : { idleMs: idle === false ? null : idle }),
  };
};

const AT_END = { pause: 'pauses', finish: 'is finished', cancel: 'is cancelled' } as const;

/** The terms of a schedule as lines, those that are the usual ones left out. */
export const termFacts = ({ rules, window, priority, jitterMs, retries, mains, unmetered, idleMs }: ScheduleTerms) => {
  const line = (name: string, text: string) => [name, text] as const;
  return [
    ...(rules.length === 0 ? [] : [line('Rules', rules.map(({ on, level }) => `${on}=${level}`).join(', '))]),
    ...(window === null ? [] : [line('Window', `${window.from}-${window.to}; what runs then ${AT_END[window.atEnd]}`)]),
    ...(priority === 'normal' ? [] : [line('Priority', priority)]),
    ...(jitterMs === 0 ? [] : [line('Spread', `up to ${formatSpan(jitterMs)} later`)]),
    ...(retries === 3 ? [] : [line('Retries', String(retries))]),
    ...(mains ? [line('Only', 'on mains')] : []),
    ...(unmetered ? [line('Only', 'while the link is not metered')] : []),
    ...(idleMs === null ? [] : [line('Only', `after ${formatSpan(idleMs)} without anybody at the machine`)]),
  ];
};
