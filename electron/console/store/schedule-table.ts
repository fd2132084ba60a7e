import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { RequestedLevel } from '../../../shared/contract/choices.ts';
import type { RunOutcome } from '../../../shared/contract/schedules.ts';

/** Times are milliseconds since 1970. */
export interface StoredSchedule {
  readonly id: string;
  /** Id of the logical object. */
  readonly object: string;
  readonly cron: string;
  readonly zone: string;
  readonly level: RequestedLevel;
  readonly catchUp: boolean;
  readonly paused: boolean;
  readonly passphraseFile: string | null;
  readonly createdAt: number;
  /** Moments up to here were decided about. */
  readonly seenUntil: number;
}

export interface StoredRun {
  readonly dueAt: number;
  readonly at: number;
  readonly outcome: RunOutcome;
  readonly reason: string | null;
  readonly job: string | null;
  readonly more: number;
}

export interface ScheduleTable {
  add(schedule: StoredSchedule): void;
  list(): StoredSchedule[];
  /** Those whose id begins so; at most two. */
  byPrefix(prefix: string): StoredSchedule[];
  /** Pauses it or lets it go on; moments up to `seenUntil` are let pass. */
  setPaused(id: string, paused: boolean, seenUntil: number): void;
  remove(id: string): void;
  /**
   * Decides about all moments up to `seenUntil` in one step: a kill at any time leaves each with one run or none yet. A moment that
   * has one already keeps it; answers those of `runs` that are new.
   */
  decide(id: string, seenUntil: number, runs: readonly StoredRun[]): readonly StoredRun[];
  putRun(id: string, run: StoredRun): void;
  /** Says of runs that a process left unfinished how their jobs ended, or that they were interrupted. Called once, by a new owner of the home. */
  interruptUnfinished(): void;
  /** Newest first. */
  runs(id: string, limit: number): StoredRun[];
}

/** The schedules of this home and their runs. */
export const scheduleTable = (database: DatabaseSync): ScheduleTable => {
  const putRun = (id: string, { dueAt, at, outcome, reason, job, more }: StoredRun): void => {
    database
      .prepare(
        `INSERT INTO schedule_runs (schedule, due_at, at, outcome, reason, job, more) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (schedule, due_at) DO UPDATE SET at = excluded.at, outcome = excluded.outcome,
           reason = excluded.reason, job = excluded.job`,
      )
      .run(id, dueAt, at, outcome, reason, job, more);
  };
  return {
    add: (schedule) => {
      database
        .prepare(
          `INSERT INTO schedules (id, object, cron, zone, level, catch_up, paused, passphrase_file, created_at, seen_until)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          schedule.id,
          schedule.object,
          schedule.cron,
          schedule.zone,
          schedule.level,
          Number(schedule.catchUp),
          Number(schedule.paused),
          schedule.passphraseFile,
          schedule.createdAt,
          schedule.seenUntil,
        );
    },
    list: () => database.prepare('SELECT * FROM schedules ORDER BY created_at, id').all().map(fromRow),
    byPrefix: (prefix) =>
      database.prepare("SELECT * FROM schedules WHERE id LIKE ? || '%' LIMIT 2").all(prefix).map(fromRow),
    setPaused: (id, paused, seenUntil) => {
      database
        .prepare('UPDATE schedules SET paused = ?, seen_until = ? WHERE id = ?')
        .run(Number(paused), seenUntil, id);
    },
    remove: (id) => {
      database.prepare('DELETE FROM schedules WHERE id = ?').run(id);
    },
    decide: (id, seenUntil, runs) => {
      database.exec('BEGIN IMMEDIATE');
      try {
        database.prepare('UPDATE schedules SET seen_until = ? WHERE id = ?').run(seenUntil, id);
        const known = database.prepare('SELECT 1 FROM schedule_runs WHERE schedule = ? AND due_at = ?');
        const fresh = runs.filter(({ dueAt }) => known.get(id, dueAt) === undefined);
        for (const run of fresh) putRun(id, run);
        database.exec('COMMIT');
        return fresh;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    putRun,
    interruptUnfinished: () => {
      database
        .prepare(
          `UPDATE schedule_runs SET outcome = CASE (SELECT state FROM jobs WHERE jobs.id = schedule_runs.job)
             WHEN 'done' THEN 'done' WHEN 'done-with-warnings' THEN 'warned' WHEN 'failed' THEN 'failed'
             WHEN 'cancelled' THEN 'cancelled' ELSE 'interrupted' END
           WHERE outcome = 'running'`,
        )
        .run();
    },
    runs: (id, limit) =>
      database
        .prepare('SELECT * FROM schedule_runs WHERE schedule = ? ORDER BY due_at DESC LIMIT ?')
        .all(id, limit)
        .map(fromRunRow),
  };
};

const fromRow = (row: Record<string, SQLOutputValue>): StoredSchedule => ({
  id: String(row.id),
  object: String(row.object),
  cron: String(row.cron),
  zone: String(row.zone),
  level: row.level as RequestedLevel,
  catchUp: row.catch_up === 1,
  paused: row.paused === 1,
  passphraseFile: row.passphrase_file === null ? null : String(row.passphrase_file),
  createdAt: Number(row.created_at),
  seenUntil: Number(row.seen_until),
});

const fromRunRow = (row: Record<string, SQLOutputValue>): StoredRun => ({
  dueAt: Number(row.due_at),
  at: Number(row.at),
  outcome: row.outcome as RunOutcome,
  reason: row.reason === null ? null : String(row.reason),
  job: row.job === null ? null : String(row.job),
  more: Number(row.more),
});
