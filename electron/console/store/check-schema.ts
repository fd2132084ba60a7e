/** What verifications and restore tests found. Outlives the jobs and sets that it is about; vault and object are ids. */
export const CHECK_SCHEMA = `CREATE TABLE checks (
     number INTEGER PRIMARY KEY, job TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, object TEXT, vault TEXT NOT NULL, at INTEGER NOT NULL,
     outcome TEXT NOT NULL, set_id TEXT, elements INTEGER NOT NULL, bytes INTEGER NOT NULL, failures INTEGER NOT NULL,
     detail TEXT NOT NULL
   ) STRICT;
   CREATE INDEX checks_by_object ON checks (object, kind, number);
   CREATE INDEX checks_by_vault ON checks (vault, kind, number);`;

/**
 * Schedules do more than back objects up, and may be for a vault. SQLite cannot take a NOT NULL away, so both tables are made anew;
 * what hangs on the runs comes last, so that nothing is told a second time.
 */
export const SCHEDULE_TASK_SCHEMA = `ALTER TABLE schedule_runs RENAME TO runs_before;
   ALTER TABLE schedules RENAME TO schedules_before;
   CREATE TABLE schedules (
     id TEXT PRIMARY KEY, task TEXT NOT NULL, object TEXT REFERENCES objects (id) ON DELETE CASCADE,
     vault TEXT REFERENCES vaults (id) ON DELETE CASCADE, cron TEXT NOT NULL, zone TEXT NOT NULL, level TEXT NOT NULL,
     catch_up INTEGER NOT NULL, paused INTEGER NOT NULL, passphrase_file TEXT, created_at INTEGER NOT NULL,
     seen_until INTEGER NOT NULL, terms TEXT NOT NULL DEFAULT '{}', CHECK ((object IS NULL) <> (vault IS NULL))
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE schedule_runs (
     schedule TEXT NOT NULL REFERENCES schedules (id) ON DELETE CASCADE, due_at INTEGER NOT NULL, at INTEGER NOT NULL,
     outcome TEXT NOT NULL, reason TEXT, job TEXT, more INTEGER NOT NULL, level TEXT,
     attempts INTEGER NOT NULL DEFAULT 0, not_before INTEGER, PRIMARY KEY (schedule, due_at)
   ) STRICT, WITHOUT ROWID;
   INSERT INTO schedules (id, task, object, vault, cron, zone, level, catch_up, paused, passphrase_file, created_at, seen_until, terms)
     SELECT id, 'backup', object, NULL, cron, zone, level, catch_up, paused, passphrase_file, created_at, seen_until, terms
     FROM schedules_before;
   INSERT INTO schedule_runs (schedule, due_at, at, outcome, reason, job, more, level, attempts, not_before)
     SELECT schedule, due_at, at, outcome, reason, job, more, level, attempts, not_before FROM runs_before;
   DROP TABLE runs_before;
   DROP TABLE schedules_before;
   CREATE INDEX schedule_runs_open ON schedule_runs (outcome) WHERE outcome = 'waiting';
   CREATE TRIGGER run_failed_at_once AFTER INSERT ON schedule_runs WHEN NEW.outcome = 'failed' AND NEW.job IS NULL
     BEGIN INSERT OR IGNORE INTO notice_outbox (source, ref, at) VALUES ('run', NEW.schedule, NEW.due_at); END;
   CREATE TRIGGER run_failed AFTER UPDATE ON schedule_runs WHEN NEW.outcome = 'failed' AND NEW.job IS NULL
     BEGIN INSERT OR IGNORE INTO notice_outbox (source, ref, at) VALUES ('run', NEW.schedule, NEW.due_at); END;`;
