import type { RequestedLevel, RunLevel } from '../../../shared/contract/choices.ts';
import type { StoredRun, StoredSchedule } from '../store/schedule-table.ts';
import { deadlineOf, inOrder } from './admission.ts';
import { type Calendar, calendarOf } from './calendar.ts';
import { levelAt, strongest } from './run-level.ts';
import { spreadBefore, spreadOf } from './spread.ts';
import { endOfDay, isEven, isOpen, nextBegin } from './window.ts';

/** A backup that schedules will begin. */
export interface PlannedRun {
  /** When it begins, milliseconds since 1970. */
  readonly at: number;
  /** What it makes, of the source. */
  readonly level: RequestedLevel;
  /** Whether a synthetic full set is put together after it. */
  readonly synthetic: boolean;
}

/** The time that is looked at, and until when no schedule begins anything; milliseconds since 1970. */
export interface PlannedTime {
  readonly now: number;
  readonly until: number;
  readonly pausedUntil: number | null;
}

/** When the run of a moment begins if nothing but the schedule and the pause of all of them holds it up. */
export const beginOf = (
  schedule: Pick<StoredSchedule, 'id' | 'terms' | 'zone'>,
  calendar: Calendar,
  due: number,
  pausedUntil: number | null = null,
): number => openFrom(schedule, spreadOf(schedule, calendar, due) ?? due, pausedUntil);

const openFrom = (
  { terms, zone }: Pick<StoredSchedule, 'terms' | 'zone'>,
  spread: number,
  pausedUntil: number | null,
): number => {
  const begin = Math.max(spread, pausedUntil ?? 0);
  if (terms.window === null || isOpen(terms.window, zone, begin)) return begin;
  return nextBegin(terms.window, zone, begin);
};

/** A run of one schedule: when it is due, what it makes, and when it begins if nothing but the schedule and a pause of all holds it up. */
export interface Coming {
  readonly schedule: StoredSchedule;
  readonly run: Pick<StoredRun, 'dueAt' | 'level'>;
  readonly at: number;
}

/**
 * The runs to come of the schedules of one object, in their order: those that the keeper would begin if the console serves, every backup is
 * done before the next, and the machine has what they ask for. Of several at one moment one runs, and makes up for the others. What
 * is paused has none, nor has an expression that cannot be read. A null is a moment at which nothing begins: there may be many between two
 * runs, and whoever asks may want to do something else meanwhile, or to look no further.
 */
export function* plannedRuns(schedules: readonly StoredSchedule[], time: PlannedTime): Generator<PlannedRun | null> {
  const lines = schedules
    .filter(({ paused, task }) => !paused && task === 'backup')
    .map((schedule) => comingOf(schedule, time));
  const heads: (Coming | null)[] = [];
  for (const line of lines) heads.push(yield* next(line));
  for (;;) {
    const at = Math.min(...heads.map((head) => head?.at ?? Number.POSITIVE_INFINITY));
    if (at > time.until) return;
    const due = heads.filter((head) => head?.at === at).filter((head) => head !== null);
    const [first] = inOrder(due);
    if (first === undefined) return;
    const made: RunLevel = first.run.level ?? 'auto';
    const synthetic = made === 'synthetic';
    yield { at, level: made === 'synthetic' ? first.schedule.level : made, synthetic };
    for (const [place, line] of lines.entries()) if (heads[place]?.at === at) heads[place] = yield* next(line);
  }
}

/** A moment at which the rules of what is kept are applied, with no backup before. */
export interface PlannedRetention {
  readonly at: number;
  readonly retention: true;
}

/**
 * Runs to come, and between them the moments at which schedules of retention apply the rules, in their order; a backup of the same moment comes
 * first. A null is as with `plannedRuns`.
 */
export function* withRetention(
  runs: Iterator<PlannedRun | null, void>,
  schedules: readonly StoredSchedule[],
  time: PlannedTime,
): Generator<PlannedRun | PlannedRetention | null> {
  const lines = schedules
    .filter(({ paused, task }) => !paused && task === 'retention')
    .map((schedule) => comingOf(schedule, time));
  const heads: (Coming | null)[] = [];
  for (const line of lines) heads.push(yield* next(line));
  let run = yield* next(runs);
  for (;;) {
    const at = Math.min(...heads.map((head) => head?.at ?? Number.POSITIVE_INFINITY));
    if (run !== null && run.at <= at) {
      yield run;
      run = yield* next(runs);
    } else {
      if (at > time.until) return;
      yield { at, retention: true };
      for (const [place, line] of lines.entries()) if (heads[place]?.at === at) heads[place] = yield* next(line);
    }
  }
}

function* next<T>(line: Iterator<T | null, void>): Generator<null, T | null> {
  for (;;) {
    const { value, done } = line.next();
    if (done === true) return null;
    if (value) return value;
    yield null;
  }
}

/** The runs of one schedule that begin at all, in their order, whatever its task; a null for each moment that brings none. */
export function* comingOf(
  schedule: StoredSchedule,
  { now, until, pausedUntil }: PlannedTime,
): Generator<Coming | null> {
  const calendar = readable(schedule);
  if (calendar === null) return;
  const leveled = { level: schedule.level, rules: schedule.terms.rules, zone: schedule.zone };
  const levelOf = (due: number): RunLevel =>
    leveled.rules.length === 0 ? schedule.level : levelAt(leveled, calendar, due);
  let missed: RunLevel[] = [];
  let [due] = calendar.next(now, 1);
  while (due !== undefined && due <= until) {
    const level = schedule.catchUp ? strongest([levelOf(due), ...missed]) : levelOf(due);
    const [after] = calendar.next(due, 1);
    const at = openFrom(schedule, spreadBefore(schedule, due, after) ?? due, pausedUntil);
    const deadline = deadlineOf(schedule, { dueAt: due, attempts: 0, notBefore: null });
    const overtaken = after !== undefined && after <= at;
    const over = overtaken || (deadline !== null && at >= deadline);
    missed = over ? [level] : [];
    yield over ? null : { schedule, run: { dueAt: due, level }, at };
    due = overtaken ? lateBy(at, schedule.zone, calendar, { due, after }) : after;
  }
}

/** More than clocks are ever changed by, milliseconds. */
const CHANGE_MS = 3 * 3_600_000;

/**
 * Where to go on behind a moment whose run could begin only at `at`, and the next one is due by then: at one that is due late on that day, but
 * not after `at`. All between are overtaken as well, because nothing opens before; and they make what this one makes, because rules go by
 * days, and by the first moment of one. Where clocks are changed, that is not so sure: there it goes on with the very next one.
 */
const lateBy = (
  at: number,
  zone: string,
  calendar: Calendar,
  { due, after }: { readonly due: number; readonly after: number },
): number => {
  const last = Math.min(at, endOfDay(zone, due));
  if (!isEven(zone, due - CHANGE_MS, last + CHANGE_MS)) return after;
  for (let back = after - due; last - back > after; back *= 2) {
    const [found] = calendar.next(last - back, 1);
    if (found !== undefined && found <= last) return found;
  }
  return after;
};

const readable = ({ cron, zone }: StoredSchedule): Calendar | null => {
  try {
    return calendarOf(cron, zone);
  } catch {
    return null;
  }
};
