import type { RequestedLevel, RunLevel } from '../../../shared/contract/choices.ts';
import type { StoredRun, StoredSchedule } from '../store/schedule-table.ts';
import { deadlineOf, inOrder } from './admission.ts';
import { type Calendar, calendarOf } from './calendar.ts';
import { levelAt, strongest } from './run-level.ts';
import { spreadOf } from './spread.ts';
import { isOpen, nextBegin } from './window.ts';

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
  schedule: StoredSchedule,
  calendar: Calendar,
  due: number,
  pausedUntil: number | null = null,
): number => {
  const { terms, zone } = schedule;
  const begin = Math.max(spreadOf(schedule, calendar, due) ?? due, pausedUntil ?? 0);
  if (terms.window === null || isOpen(terms.window, zone, begin)) return begin;
  return nextBegin(terms.window, zone, begin);
};

interface Coming {
  readonly schedule: StoredSchedule;
  readonly run: Pick<StoredRun, 'dueAt' | 'level'>;
  readonly at: number;
}

/**
 * The runs to come of the schedules of one object, in their order: those that the keeper would begin if the console serves, every backup is
 * done before the next, and the machine has what they ask for. Of several at one moment one runs, and makes up for the others. What
 * is paused has none, nor has an expression that cannot be read.
 */
export function* plannedRuns(schedules: readonly StoredSchedule[], time: PlannedTime): Generator<PlannedRun> {
  const lines = schedules
    .filter(({ paused, task }) => !paused && task === 'backup')
    .map((schedule) => comingOf(schedule, time));
  const heads = lines.map((line) => next(line));
  for (;;) {
    const at = Math.min(...heads.map((head) => head?.at ?? Number.POSITIVE_INFINITY));
    if (at > time.until) return;
    const due = heads.filter((head) => head?.at === at).filter((head) => head !== null);
    const [first] = inOrder(due);
    if (first === undefined) return;
    const made: RunLevel = first.run.level ?? 'auto';
    const synthetic = made === 'synthetic';
    yield { at, level: made === 'synthetic' ? first.schedule.level : made, synthetic };
    for (const [place, head] of heads.entries()) if (head?.at === at) heads[place] = next(lines[place]);
  }
}

const next = (line: Iterator<Coming> | undefined): Coming | null => {
  const { value, done } = line?.next() ?? { value: null, done: true };
  return done === true ? null : (value as Coming);
};

function* comingOf(schedule: StoredSchedule, { now, until, pausedUntil }: PlannedTime): Generator<Coming> {
  const calendar = readable(schedule);
  if (calendar === null) return;
  const leveled = { level: schedule.level, rules: schedule.terms.rules, zone: schedule.zone };
  let missed: RunLevel[] = [];
  let [due] = calendar.next(now, 1);
  while (due !== undefined && due <= until) {
    const own = leveled.rules.length === 0 ? schedule.level : levelAt(leveled, calendar, due);
    const level = schedule.catchUp ? strongest([own, ...missed]) : own;
    const at = beginOf(schedule, calendar, due, pausedUntil);
    const deadline = deadlineOf(schedule, { dueAt: due, attempts: 0, notBefore: null });
    const [after] = calendar.next(due, 1);
    const over = (deadline !== null && at >= deadline) || (after !== undefined && after <= at);
    missed = over ? [...missed, own] : [];
    if (!over) yield { schedule, run: { dueAt: due, level }, at };
    due = after;
  }
}

const readable = ({ cron, zone }: StoredSchedule): Calendar | null => {
  try {
    return calendarOf(cron, zone);
  } catch {
    return null;
  }
};
