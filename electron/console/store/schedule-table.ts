import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { RequestedLevel, RunLevel, ScheduleTask } from '../../../shared/contract/choices.ts';
import type { RunOutcome, ScheduleTerms } from '../../../shared/contract/schedules.ts';
import { DEFAULT_TERMS } from '../../../shared/model/default-terms.ts';
import { atOnce } from './at-once.ts';
import { BEGINS_SO } from './begins-so.ts';

/** Times are milliseconds since 1970. */
export interface StoredSchedule {
  readonly id: string;
  readonly task: ScheduleTask;
  /** Id of the logical object; null for a schedule of a whole vault. */
  readonly object: string | null;
  /** Id of the vault; null for a schedule of an object. */
  readonly vault: string | null;
  readonly cron: string;
  readonly zone: string;
  readonly level: RequestedLevel;
  readonly catchUp: boolean;
  readonly paused: boolean;
  readonly passphraseFile: string | null;
  readonly createdAt: number;
  /** Moments up to here were decided about. */
  readonly seenUntil: number;
  readonly terms: ScheduleTerms;
}

/** What can be changed of a schedule. */
export type ScheduleChange = Pick<StoredSchedule, 'cron' | 'zone' | 'level' | 'catchUp' | 'passphraseFile' | 'terms'>;

export interface StoredRun {
  readonly dueAt: number;
  readonly at: number;
  readonly outcome: RunOutcome;
  readonly reason: string | null;
  readonly job: string | null;
  readonly more: number;
  readonly level: RunLevel | null;
  readonly attempts: number;
  /** Of one that waits: it does not begin before. */
  readonly notBefore: number | null;
}

/** A run with its schedule. */
export interface WaitingRun {
  readonly schedule: string;
  readonly run: StoredRun;
}

export interface ScheduleTable {
  add(schedule: StoredSchedule): void;
  list(): StoredSchedule[];
  /** Those whose id begins so; at most two. */
  byPrefix(prefix: string): StoredSchedule[];
  /** Pauses it or lets it go on; moments up to `seenUntil` are let pass. */
  setPaused(id: string, paused: boolean, seenUntil: number): void;
  update(id: string, change: ScheduleChange): void;
  remove(id: string): void;
  /**
   * Decides about all moments up to `seenUntil` in one step: a kill at any time leaves each with one run or none yet. A moment that
   * has one already keeps it, unless that was written down before the moment came, or by a clock that was ahead; answers those of
   * `runs` that are new. `given` are known ones that come to their end with it.
   */
  decide(id: string, seenUntil: number, runs: readonly StoredRun[], given?: readonly StoredRun[]): readonly StoredRun[];
  putRun(id: string, run: StoredRun): void;
  /**
   * Says of runs that a process left unfinished how their jobs ended, or that they were interrupted: one of a synthetic full is over with the job that
   * puts it together, not with the backup before it. Called once, by a new owner of the home.
   */
  interruptUnfinished(): void;
  /** Newest first. `until`: those that were due by then. */
  runs(id: string, limit: number, until?: number): StoredRun[];
  /** Those that were due after a moment, oldest first. */
  runsAfter(id: string, after: number, limit: number): StoredRun[];
  /** The runs that wait, of all schedules. */
  waiting(): WaitingRun[];
  /** The pause of all: from when until when, which may be over; null when none was asked for, or it was taken back. */
  pause(): { readonly since: number; readonly until: number } | null;
  /** Its end. */
  pausedUntil(): number | null;
  pauseAll(since: number, until: number | null): void;
}

/** That a clock was ahead is believed after longer, milliseconds: what was written down later than that ago is of the clock that was ahead. */
const JUST_NOW_MS = 5 * 60_000;

/** The schedules of this home and their runs. */
export const scheduleTable = (database: DatabaseSync): ScheduleTable => {
  const putRun = (id: string, run: StoredRun): void => {
    const { dueAt, at, outcome, reason, job, more, level, attempts, notBefore } = run;
    database
      .prepare(
        `INSERT INTO schedule_runs (schedule, due_at, at, outcome, reason, job, more, level, attempts, not_before)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (schedule, due_at) DO UPDATE SET at = excluded.at, outcome = excluded.outcome,
           reason = excluded.reason, job = excluded.job, more = excluded.more, level = excluded.level,
           attempts = excluded.attempts, not_before = excluded.not_before`,
      )
      .run(id, dueAt, at, outcome, reason, job, more, level, attempts, notBefore);
  };
  const pause: ScheduleTable['pause'] = () => {
    const row = database.prepare('SELECT since, until FROM schedule_pause').get();
    return row === undefined ? null : { since: Number(row.since), until: Number(row.until) };
  };
  return {
    add: (schedule) => {
      database
        .prepare(
          `INSERT INTO schedules (id, task, object, vault, cron, zone, level, catch_up, paused, passphrase_file, created_at,
             seen_until, terms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          schedule.id,
          schedule.task,
          schedule.object,
          schedule.vault,
          schedule.cron,
          schedule.zone,
          schedule.level,
          Number(schedule.catchUp),
          Number(schedule.paused),
          schedule.passphraseFile,
          schedule.createdAt,
          schedule.seenUntil,
          JSON.stringify(schedule.terms),
        );
    },
    list: () => database.prepare('SELECT * FROM schedules ORDER BY created_at, id').all().map(fromRow),
    byPrefix: (prefix) =>
      database.prepare(`SELECT * FROM schedules WHERE ${BEGINS_SO} LIMIT 2`).all(prefix).map(fromRow),
    setPaused: (id, paused, seenUntil) => {
      database
        .prepare('UPDATE schedules SET paused = ?, seen_until = ? WHERE id = ?')
        .run(Number(paused), seenUntil, id);
    },
    update: (id, { cron, zone, level, catchUp, passphraseFile, terms }) => {
      database
        .prepare(
          `UPDATE schedules SET cron = ?, zone = ?, level = ?, catch_up = ?, passphrase_file = ?, terms = ? WHERE id = ?`,
        )
        .run(cron, zone, level, Number(catchUp), passphraseFile, JSON.stringify(terms), id);
    },
    remove: (id) => {
      database.prepare('DELETE FROM schedules WHERE id = ?').run(id);
    },
    decide: (id, seenUntil, runs, given = []) =>
      atOnce(database, () => {
        database.prepare('UPDATE schedules SET seen_until = ? WHERE id = ?').run(seenUntil, id);
        const known = database.prepare(
          'SELECT 1 FROM schedule_runs WHERE schedule = ? AND due_at = ? AND at BETWEEN due_at AND ?',
        );
        const fresh = runs.filter(({ dueAt }) => known.get(id, dueAt, seenUntil - JUST_NOW_MS) === undefined);
        for (const run of [...given, ...fresh]) putRun(id, run);
        return fresh;
      }),
    putRun,
    interruptUnfinished: () => {
      database
        .prepare(
          `UPDATE schedule_runs SET outcome = CASE (SELECT state FROM jobs WHERE jobs.id = schedule_runs.job
             AND (schedule_runs.level IS NOT 'synthetic' OR kind = 'merge'))
             WHEN 'done' THEN 'done' WHEN 'done-with-warnings' THEN 'warned' WHEN 'failed' THEN 'failed'
             WHEN 'cancelled' THEN 'cancelled' ELSE 'interrupted' END
           WHERE outcome = 'running'`,
        )
        .run();
    },
    runs: (id, limit, until = Number.MAX_SAFE_INTEGER) =>
      database
        .prepare('SELECT * FROM schedule_runs WHERE schedule = ? AND due_at <= ? ORDER BY due_at DESC LIMIT ?')
        .all(id, until, limit)
        .map(fromRunRow),
    runsAfter: (id, after, limit) =>
      database
        .prepare('SELECT * FROM schedule_runs WHERE schedule = ? AND due_at > ? ORDER BY due_at LIMIT ?')
        .all(id, after, limit)
        .map(fromRunRow),
    waiting: () =>
      database
        .prepare("SELECT * FROM schedule_runs WHERE outcome = 'waiting' ORDER BY due_at")
        .all()
        .map((row) => ({ schedule: String(row.schedule), run: fromRunRow(row) })),
    pause,
    pausedUntil: () => pause()?.until ?? null,
    pauseAll: (since, until) => {
      if (until === null) database.prepare('DELETE FROM schedule_pause').run();
      else
        database
          .prepare('INSERT OR REPLACE INTO schedule_pause (one, since, until) VALUES (1, ?, ?)')
          .run(since, until);
    },
  };
};

const fromRow = (row: Record<string, SQLOutputValue>): StoredSchedule => ({
  id: String(row.id),
  task: row.task as ScheduleTask,
  object: row.object === null ? null : String(row.object),
  vault: row.vault === null ? null : String(row.vault),
  cron: String(row.cron),
  zone: String(row.zone),
  level: row.level as RequestedLevel,
  catchUp: row.catch_up === 1,
  paused: row.paused === 1,
  passphraseFile: row.passphrase_file === null ? null : String(row.passphrase_file),
  createdAt: Number(row.created_at),
  seenUntil: Number(row.seen_until),
  terms: { ...DEFAULT_TERMS, ...(JSON.parse(String(row.terms)) as Partial<ScheduleTerms>) },
});

const fromRunRow = (row: Record<string, SQLOutputValue>): StoredRun => ({
  dueAt: Number(row.due_at),
  at: Number(row.at),
  outcome: row.outcome as RunOutcome,
  reason: row.reason === null ? null : String(row.reason),
  job: row.job === null ? null : String(row.job),
  more: Number(row.more),
  level: row.level as RunLevel | null,
  attempts: Number(row.attempts),
  notBefore: row.not_before === null ? null : Number(row.not_before),
});
