import type { RunLevel } from '../../../shared/contract/choices.ts';
import type { ComingRun, DayRuns, ScheduleRun, ScheduleView } from '../../../shared/contract/schedules.ts';
import { isHeld } from '../schedules/admission.ts';
import { doubtsOf } from '../schedules/doubts.ts';
import { nextBegins, problemOf } from '../schedules/next-run.ts';
import { comingOf } from '../schedules/planned-runs.ts';
import { lastPossible } from '../schedules/wrong-clock.ts';
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
  const [last] = store.schedules.runs(id, 1, lastPossible(Date.now()));
  const problem = problemOf(schedule);
  const shown = paused || problem !== null ? [] : comingRuns(schedule, store.schedules.pausedUntil());
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
    nextDue: shown.map(({ due }) => due),
    nextLevels: shown.map((run) => run.level),
    terms: { ...terms, rules: [...terms.rules] },
    unknown: unknown.filter((each) => ASKED[each](terms)),
    doubts: doubtsOf(schedule, Date.now()).map((doubt) =>
      doubt.kind === 'outside-window' ? { ...doubt, due: isoTime(doubt.due), begins: isoTime(doubt.begins) } : doubt,
    ),
    problem,
    last: last ? runView(last) : null,
  };
};

/** The next five runs: when each begins, when it was due, and what it makes. None of one that can never run. */
export const comingRuns = (
  schedule: StoredSchedule,
  pausedUntil: number | null,
): (ComingRun & { readonly due: string })[] =>
  nextBegins(schedule, { now: Date.now(), pausedUntil }, NEXT_RUNS).map(({ at, run }) => ({
    at: isoTime(at),
    due: isoTime(run.dueAt),
    level: run.level ?? 'auto',
  }));

/** The runs of a schedule on each of the days that begin at these moments, the last of which only ends the one before it. */
export const runsByDay = (
  schedule: StoredSchedule,
  object: string,
  begins: readonly number[],
  pausedUntil: number | null,
): DayRuns[][] => {
  const now = Date.now();
  const end = begins.at(-1) ?? now;
  const found = begins.slice(0, -1).map(() => new Map<RunLevel, { first: number; count: number }>());
  let day = 0;
  for (const coming of comingOf(schedule, { now, until: end, pausedUntil })) {
    if (coming === null) continue;
    while (day < found.length && coming.at >= (begins[day + 1] ?? end)) day += 1;
    const levels = found[day];
    if (levels === undefined) break;
    const level = coming.run.level ?? 'auto';
    const known = levels.get(level);
    levels.set(level, { first: known?.first ?? coming.at, count: (known?.count ?? 0) + 1 });
  }
  return found.map((levels) => {
    const dense = [...levels.values()].reduce((sum, { count }) => sum + count, 0) > COUNTED;
    return [...levels].map(([level, { first, count }]) => ({
      schedule: schedule.id,
      task: schedule.task,
      object,
      level,
      first: isoTime(first),
      count: dense ? null : count,
    }));
  });
};

/** One that waits for its window to open again, ended or held where it is, is neither running nor still to begin. */
const isPaused = (run: StoredRun): boolean => isHeld(run) && (run.outcome === 'waiting' || run.outcome === 'running');

export const runView = (stored: StoredRun): ScheduleRun => {
  const { dueAt, at, notBefore, ...run } = stored;
  return {
    ...run,
    outcome: isPaused(stored) ? 'paused' : run.outcome,
    dueAt: isoTime(dueAt),
    at: isoTime(at),
    notBefore: notBefore === null ? null : isoTime(notBefore),
  };
};
