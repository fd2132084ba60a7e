import { AUDIT_SCHEMA } from './audit-table.ts';
import { CHECK_SCHEMA, SCHEDULE_TASK_SCHEMA } from './check-schema.ts';
import { AUTOMATIC_RETENTION_SCHEMA, NOTICE_SCHEMA } from './notice-schema.ts';

/** One script per schema version; never change one that was released, append the next. */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE vaults (
     id TEXT PRIMARY KEY, name TEXT NOT NULL, dir TEXT NOT NULL UNIQUE, sealed INTEGER NOT NULL,
     created_at INTEGER, added_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE objects (
     id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, vault TEXT NOT NULL REFERENCES vaults (id),
     selection TEXT NOT NULL, volumes TEXT NOT NULL, created_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE jobs (
     id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, object TEXT, vault TEXT NOT NULL, set_id TEXT,
     created_at INTEGER NOT NULL, started_at INTEGER, finished_at INTEGER,
     input TEXT NOT NULL, progress TEXT, error TEXT, result TEXT, resumed_by TEXT
   ) STRICT;
   CREATE INDEX jobs_by_time ON jobs (created_at);
   CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE activity (
     sequence INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, act TEXT NOT NULL, outcome TEXT NOT NULL,
     error TEXT, object TEXT, vault TEXT, context TEXT NOT NULL
   ) STRICT;
   CREATE INDEX activity_by_object ON activity (object, sequence);
   CREATE INDEX activity_by_vault ON activity (vault, sequence);
   CREATE TRIGGER activity_is_not_changed BEFORE UPDATE ON activity
     BEGIN SELECT RAISE (ABORT, 'the activity log only grows'); END;
   CREATE TRIGGER activity_is_not_removed BEFORE DELETE ON activity
     BEGIN SELECT RAISE (ABORT, 'the activity log only grows'); END;
   CREATE TABLE pictures (job TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
   CREATE INDEX pictures_by_time ON pictures (at);
   CREATE INDEX jobs_by_object ON jobs (object, created_at);`,
  `CREATE TABLE schedules (
     id TEXT PRIMARY KEY, object TEXT NOT NULL REFERENCES objects (id) ON DELETE CASCADE, cron TEXT NOT NULL,
     zone TEXT NOT NULL, level TEXT NOT NULL, catch_up INTEGER NOT NULL, paused INTEGER NOT NULL, passphrase_file TEXT,
     created_at INTEGER NOT NULL, seen_until INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE schedule_runs (
     schedule TEXT NOT NULL REFERENCES schedules (id) ON DELETE CASCADE, due_at INTEGER NOT NULL, at INTEGER NOT NULL,
     outcome TEXT NOT NULL, reason TEXT, job TEXT, more INTEGER NOT NULL, PRIMARY KEY (schedule, due_at)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE keep_rules (
     object TEXT PRIMARY KEY REFERENCES objects (id) ON DELETE CASCADE, keep_last INTEGER NOT NULL, daily INTEGER NOT NULL,
     weekly INTEGER NOT NULL, monthly INTEGER NOT NULL, yearly INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE set_marks (
     set_id TEXT PRIMARY KEY, object TEXT NOT NULL, hold TEXT, until INTEGER, marked_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX set_marks_by_object ON set_marks (object);`,
  `ALTER TABLE schedules ADD COLUMN terms TEXT NOT NULL DEFAULT '{}';
   ALTER TABLE schedule_runs ADD COLUMN level TEXT;
   ALTER TABLE schedule_runs ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE schedule_runs ADD COLUMN not_before INTEGER;
   CREATE INDEX schedule_runs_open ON schedule_runs (outcome) WHERE outcome = 'waiting';
   CREATE TABLE schedule_pause (
     one INTEGER PRIMARY KEY CHECK (one = 1), since INTEGER NOT NULL, until INTEGER NOT NULL
   ) STRICT;`,
  NOTICE_SCHEMA,
  AUTOMATIC_RETENTION_SCHEMA,
  `${CHECK_SCHEMA}
${SCHEDULE_TASK_SCHEMA}`,
  AUDIT_SCHEMA,
  'ALTER TABLE objects ADD COLUMN notice_ms INTEGER;',
  `CREATE TABLE object_settings (
     object TEXT NOT NULL REFERENCES objects (id) ON DELETE CASCADE, name TEXT NOT NULL, value TEXT NOT NULL,
     PRIMARY KEY (object, name)
   ) STRICT, WITHOUT ROWID;`,
  'ALTER TABLE set_anomalies ADD COLUMN made_at INTEGER;',
  `ALTER TABLE notices ADD COLUMN secret_key TEXT;
   ALTER TABLE notices ADD COLUMN signing_key_key TEXT;`,
];
