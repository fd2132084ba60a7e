import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { AuditPhase } from '../../../shared/contract/choices.ts';
import type { AuditRecord } from '../audit/chain.ts';

/** The numbers that were given stay known in `sqlite_sequence`, so that an end that was cut off is missed. */
export const AUDIT_SCHEMA = `CREATE TABLE audit (
     sequence INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, act TEXT NOT NULL, phase TEXT NOT NULL, begun INTEGER,
     object TEXT, vault TEXT, error TEXT, context TEXT NOT NULL, previous TEXT NOT NULL, digest TEXT NOT NULL
   ) STRICT;
   CREATE INDEX audit_by_beginning ON audit (begun);
   CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
     BEGIN SELECT RAISE (ABORT, 'the audit log only grows'); END;
   CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
     BEGIN SELECT RAISE (ABORT, 'the audit log only grows'); END;`;

/** A beginning with its end. */
export interface AuditPair {
  readonly begun: AuditRecord;
  readonly ended: AuditRecord | null;
}

export interface AuditQuery {
  readonly act: string | null;
  readonly object: string | null;
  readonly vault: string | null;
  readonly before: number | null;
  readonly limit: number;
}

export interface AuditTable {
  append(record: AuditRecord): void;
  last(): AuditRecord | null;
  /** In their order, those behind a sequence. */
  after(sequence: number, limit: number): AuditRecord[];
  /** The highest sequence that was ever given to one. */
  given(): number;
  /** Beginnings without an end. */
  unended(): AuditRecord[];
  /** Newest first. */
  list(query: AuditQuery): { readonly acts: AuditPair[]; readonly total: number };
  /** Acts that began in a span of time, milliseconds since 1970, its end not in it; in their order. */
  between(from: number, until: number, limit: number): { readonly acts: AuditPair[]; readonly total: number };
}

const WANTED = `phase = 'begun' AND (?1 IS NULL OR act = ?1) AND (?2 IS NULL OR object = ?2) AND (?3 IS NULL OR vault = ?3)`;

const IN_SPAN = `phase = 'begun' AND at >= ?1 AND at < ?2`;

export const auditTable = (database: DatabaseSync): AuditTable => ({
  append: ({ sequence, at, act, phase, of, object, vault, error, context, previous, digest }) => {
    database
      .prepare('INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(sequence, at, act, phase, of, object, vault, error, context, previous, digest);
  },
  last: () => {
    const row = database.prepare('SELECT * FROM audit ORDER BY sequence DESC LIMIT 1').get();
    return row === undefined ? null : fromRow(row);
  },
  after: (sequence, limit) =>
    database
      .prepare('SELECT * FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?')
      .all(sequence, limit)
      .map(fromRow),
  given: () => Number(database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").get()?.seq ?? 0),
  unended: () =>
    database
      .prepare(
        `SELECT * FROM audit AS it WHERE phase = 'begun'
         AND NOT EXISTS (SELECT 1 FROM audit AS later WHERE later.begun = it.sequence) ORDER BY sequence`,
      )
      .all()
      .map(fromRow),
  list: ({ act, object, vault, before, limit }) => {
    const begun = database
      .prepare(`SELECT * FROM audit WHERE ${WANTED} AND (?4 IS NULL OR sequence < ?4) ORDER BY sequence DESC LIMIT ?5`)
      .all(act, object, vault, before, limit)
      .map(fromRow);
    return {
      acts: withEnds(database, begun),
      total: Number(database.prepare(`SELECT count(*) AS n FROM audit WHERE ${WANTED}`).get(act, object, vault)?.n),
    };
  },
  between: (from, until, limit) => ({
    acts: withEnds(
      database,
      database
        .prepare(`SELECT * FROM audit WHERE ${IN_SPAN} ORDER BY sequence LIMIT ?3`)
        .all(from, until, limit)
        .map(fromRow),
    ),
    total: Number(database.prepare(`SELECT count(*) AS n FROM audit WHERE ${IN_SPAN}`).get(from, until)?.n),
  }),
});

const withEnds = (database: DatabaseSync, begun: readonly AuditRecord[]): AuditPair[] => {
  const ended = database.prepare('SELECT * FROM audit WHERE begun = ? ORDER BY sequence DESC LIMIT 1');
  return begun.map((each) => {
    const row = ended.get(each.sequence);
    return { begun: each, ended: row === undefined ? null : fromRow(row) };
  });
};

const text = (value: SQLOutputValue | undefined): string | null => (typeof value === 'string' ? value : null);

const fromRow = (row: Record<string, SQLOutputValue>): AuditRecord => ({
  sequence: Number(row.sequence),
  at: Number(row.at),
  act: String(row.act),
  phase: row.phase as AuditPhase,
  of: row.begun === null ? null : Number(row.begun),
  object: text(row.object),
  vault: text(row.vault),
  error: text(row.error),
  context: String(row.context),
  previous: String(row.previous),
  digest: String(row.digest),
});
