import type { RequestedLevel, RunLevel } from '../../../shared/contract/choices.ts';
import type { ComingRun, DayRuns, LevelRule, ScheduleRun, ScheduleView } from '../../../shared/contract/schedules.ts';
import { asColdframeError } from '../../../shared/errors.ts';
import { type Calendar, calendarOf } from '../schedules/calendar.ts';
import { levelAt } from '../schedules/run-level.ts';
import type { StoredRun, StoredSchedule } from '../store/schedule-table.ts';
import type { ConsoleParts } from './parts.ts';
import { isoTime } from './views.ts';

const NEXT_RUNS = 5;
/** Runs of one schedule on one day that are counted. */
const COUNTED = 24;

/** What the machine does not tell of what a schedule depends on. */
export type Unknown = ScheduleView['unknown'];

/** Whether terms ask for what the machine may not tell. */
export const ASKED: Readonly<Record<Unknown[number], (terms: StoredSchedule['terms']) => boolean>> = {
  mains: ({ mains }) => mains,
  idle: ({ idleMs }) => idleMs !== null,
  metered: ({ unmetered }) => unmetered,
};

/** The names of what schedules are for: an object, or a vault. */
export const namesOf = ({ store }: ConsoleParts): ((schedule: StoredSchedule) => string) => {
  const objects = new Map(store.objects.list().map(({ id, name }) => [id, name]));
  const vaults = new Map(store.vaults.list().map(({ id, name }) => [id, name]));
  return ({ object, vault }) => objects.get(object ?? '') ?? vaults.get(vault ?? '') ?? object ?? vault ?? '';
};

export const scheduleView = (
  parts: ConsoleParts,
  schedule: StoredSchedule,
  unknown: Unknown,
  nameOf = namesOf(parts),
): ScheduleView => {
  const { store } = parts;
  const { id, task, vault, cron, zone, level, catchUp, paused, passphraseFile, createdAt, terms } = schedule;
  const [last] = store.schedules.runs(id, 1);
  const { next, problem } = comingOf(schedule);
  const shown = paused ? [] : next;
  return {
    id,
    task,
    object: nameOf(schedule),
    vault: vault === null ? null : (store.vaults.byId(vault)?.dir ?? null),
    cron,
    zone,
    level,
    catchUp,
    state: paused ? 'paused' : 'active',
    passphraseFile,
    createdAt: isoTime(createdAt),
    next: shown.map(({ at }) => at),
    nextLevels: shown.map((run) => run.level),
    terms: { ...terms, rules: [...terms.rules] },
    unknown: unknown.filter((each) => ASKED[each](terms)),
    problem,
    last: last ? runView(last) : null,
  };
};

/** One that cannot be read any more must not take the others' list with it. */
const comingOf = (
  schedule: StoredSchedule,
): { readonly next: readonly ComingRun[]; readonly problem: string | null } => {
  try {
    return { next: comingRuns({ ...schedule, rules: schedule.terms.rules }), problem: null };
  } catch (thrown) {
    return { next: [], problem: asColdframeError(thrown).message };
  }
};

interface Expected {
  readonly cron: string;
  readonly zone: string;
  readonly level: RequestedLevel;
  readonly rules: readonly LevelRule[];
}

const levelOf = (expected: Expected, calendar: Calendar, at: number): RunLevel =>
  expected.rules.length === 0 ? expected.level : levelAt(expected, calendar, at);

/** The next five runs, and what each makes. Throws USAGE when the expression or the zone cannot be read. */
export const comingRuns = (expected: Expected): ComingRun[] => {
  const calendar = calendarOf(expected.cron, expected.zone);
  return calendar
    .next(Date.now(), NEXT_RUNS)
    .map((at) => ({ at: isoTime(at), level: levelOf(expected, calendar, at) }));
};

/** The runs of a schedule on each of the days that begin at these moments, the last of which only ends the one before it. */
export const runsByDay = (schedule: StoredSchedule, object: string, begins: readonly number[]): DayRuns[][] => {
  const expected = { ...schedule, rules: schedule.terms.rules };
  const calendar = calendarOf(schedule.cron, schedule.zone);
  const days: DayRuns[][] = [];
  for (const [index, begin] of begins.slice(0, -1).entries()) {
    const from = Math.max(begin - 1, Date.now());
    const end = begins[index + 1] ?? begin;
    const found = calendar.next(from, COUNTED + 1).filter((at) => at < end);
    const byLevel = Map.groupBy(found, (at) => levelOf(expected, calendar, at));
    const dense = found.length > COUNTED;
    days.push(
      [...byLevel].map(([level, moments]) => ({
        schedule: schedule.id,
        task: schedule.task,
        object,
        level,
        first: isoTime(moments[0] ?? begin),
        count: dense ? null : moments.length,
      })),
    );
  }
  return days;
};

export const runView = ({ dueAt, at, notBefore, ...run }: StoredRun): ScheduleRun => ({
  ...run,
  dueAt: isoTime(dueAt),
  at: isoTime(at),
  notBefore: notBefore === null ? null : isoTime(notBefore),
});
