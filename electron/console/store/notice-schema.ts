/** Whether an object's sets expire by themselves, and what was found unusual about which set; `seen`: somebody has looked. */
export const AUTOMATIC_RETENTION_SCHEMA = `CREATE TABLE automatic_retention (
     object TEXT PRIMARY KEY REFERENCES objects (id) ON DELETE CASCADE
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE set_anomalies (
     set_id TEXT PRIMARY KEY, object TEXT NOT NULL, anomalies TEXT NOT NULL, seen INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX set_anomalies_by_object ON set_anomalies (object, seen);`;

/**
 * What ends is put down in the very transaction that says that it ended: what nobody was told of yet is known after a kill at any
 * moment. An attempt is put down before it is made, and taken away once it got there.
 */
export const NOTICE_SCHEMA = `CREATE TABLE notices (
     id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, target TEXT NOT NULL, created_at INTEGER NOT NULL,
     last_at INTEGER, last_error TEXT, last_events INTEGER
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE notice_rules (
     notice TEXT NOT NULL REFERENCES notices (id) ON DELETE CASCADE, event TEXT NOT NULL, object TEXT NOT NULL,
     send TEXT NOT NULL, PRIMARY KEY (notice, event, object)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE notice_events (
     key TEXT PRIMARY KEY, at INTEGER NOT NULL, event TEXT NOT NULL, object TEXT, vault TEXT, job TEXT, text TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX notice_events_by_time ON notice_events (at);
   CREATE TABLE notice_queue (
     id INTEGER PRIMARY KEY AUTOINCREMENT, notice TEXT NOT NULL REFERENCES notices (id) ON DELETE CASCADE,
     event TEXT NOT NULL REFERENCES notice_events (key), due_at INTEGER NOT NULL, batch TEXT, attempts INTEGER NOT NULL,
     state TEXT NOT NULL
   ) STRICT;
   CREATE INDEX notice_queue_by_time ON notice_queue (state, due_at);
   CREATE INDEX notice_queue_by_event ON notice_queue (event);
   CREATE TABLE notice_outbox (
     sequence INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, ref TEXT NOT NULL, at INTEGER NOT NULL,
     UNIQUE (source, ref, at)
   ) STRICT;
   CREATE TRIGGER job_ended_at_once AFTER INSERT ON jobs WHEN NEW.finished_at IS NOT NULL AND NEW.resumed_by IS NULL
     BEGIN INSERT OR IGNORE INTO notice_outbox (source, ref, at) VALUES ('job', NEW.id, 0); END;
   CREATE TRIGGER job_ended AFTER UPDATE ON jobs WHEN NEW.finished_at IS NOT NULL AND NEW.resumed_by IS NULL
     BEGIN INSERT OR IGNORE INTO notice_outbox (source, ref, at) VALUES ('job', NEW.id, 0); END;
   CREATE TRIGGER run_failed_at_once AFTER INSERT ON schedule_runs WHEN NEW.outcome = 'failed' AND NEW.job IS NULL
     BEGIN INSERT OR IGNORE INTO notice_outbox (source, ref, at) VALUES ('run', NEW.schedule, NEW.due_at); END;
   CREATE TRIGGER run_failed AFTER UPDATE ON schedule_runs WHEN NEW.outcome = 'failed' AND NEW.job IS NULL
     BEGIN INSERT OR IGNORE INTO notice_outbox (source, ref, at) VALUES ('run', NEW.schedule, NEW.due_at); END;`;
