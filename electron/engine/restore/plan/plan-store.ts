import { DatabaseSync, type StatementSync } from 'node:sqlite';

/**
 * The plan store: everything of a plan that grows with the number of elements, in a SQLite file of the job's folder, so
 * that memory does not. The planner writes it once; the threads that execute the plan read it.
 *
 * Names are byte strings. `directory` holds every directory beneath the destination that something goes into, 1 is the
 * root, `modified_…` when one was last that stays as it is; `element` everything else; an element whose content lies in one chunk bears its extents itself, others have
 * `pieces` rows in `piece`.
 */
const SCHEMA = `
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE directory(
  id INTEGER PRIMARY KEY, parent INTEGER NOT NULL, source TEXT NOT NULL, name TEXT NOT NULL, depth INTEGER NOT NULL,
  state INTEGER NOT NULL, attributes BLOB, modified_seconds INTEGER, modified_nanos INTEGER, UNIQUE(parent, source)
);
CREATE TABLE element(
  id INTEGER PRIMARY KEY, directory INTEGER NOT NULL, name TEXT NOT NULL, action INTEGER NOT NULL,
  pieces INTEGER NOT NULL, chunk INTEGER, unit INTEGER, leader INTEGER, flagged INTEGER,
  attributes BLOB NOT NULL, extents BLOB
);
CREATE TABLE piece(element INTEGER NOT NULL, chunk INTEGER NOT NULL, unit INTEGER NOT NULL, extents BLOB NOT NULL);
CREATE TABLE chunk(
  id INTEGER PRIMARY KEY, set_id TEXT NOT NULL, sequence INTEGER NOT NULL, bytes INTEGER NOT NULL DEFAULT 0,
  tape TEXT, tape_sequence INTEGER, block INTEGER, offset INTEGER, payload INTEGER, UNIQUE(set_id, sequence)
);
CREATE TABLE further_place(
  chunk INTEGER NOT NULL, tape TEXT NOT NULL, tape_sequence INTEGER NOT NULL, block INTEGER NOT NULL, offset INTEGER NOT NULL,
  damaged INTEGER NOT NULL, PRIMARY KEY(chunk, tape, tape_sequence)
) WITHOUT ROWID;
CREATE TABLE hard_link(
  inode TEXT, content TEXT, element INTEGER NOT NULL, PRIMARY KEY(inode, content)
) WITHOUT ROWID;
CREATE TABLE leftover(directory INTEGER NOT NULL, name TEXT NOT NULL);
`;

const INDEXES = `
CREATE INDEX element_chunk ON element(chunk, unit) WHERE chunk IS NOT NULL;
CREATE INDEX element_plain ON element(id) WHERE chunk IS NULL AND pieces = 0 AND leader IS NULL;
CREATE INDEX element_leader ON element(leader) WHERE leader IS NOT NULL;
CREATE INDEX element_flagged ON element(flagged) WHERE flagged IS NOT NULL;
CREATE INDEX piece_chunk ON piece(chunk, unit);
CREATE INDEX chunk_tape ON chunk(tape, tape_sequence);
CREATE INDEX directory_depth ON directory(depth);
`;

/** What a plan does with an element. `done`: an earlier run has written it, only its attributes are set again. */
export const ELEMENT_ACTION = { create: 0, replace: 1, done: 2 } as const;

/**
 * What a directory of the destination is. `merge` was there and keeps its attributes; `own` is or will be ours to dress
 * (made by us, empty, or overwritten by consent); `replace` takes the place of something else; `skip` is left out.
 */
export const DIRECTORY_STATE = { make: 0, merge: 1, own: 2, replace: 3, skip: 4 } as const;
export type DirectoryState = (typeof DIRECTORY_STATE)[keyof typeof DIRECTORY_STATE];

/** The directory that all target paths start from. */
export const ROOT_DIRECTORY = 1;

/** An open plan store. */
export class PlanStore {
  readonly db: DatabaseSync;
  readonly file: string;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(db: DatabaseSync, file: string) {
    this.db = db;
    this.file = file;
  }

  /** A new, empty store that is filled in one transaction. It can be made again, so it has no journal. */
  static create(file: string): PlanStore {
    const db = new DatabaseSync(file);
    db.exec(
      'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384; PRAGMA temp_store = FILE',
    );
    db.exec(`BEGIN; ${SCHEMA}`);
    return new PlanStore(db, file);
  }

  /** A finished store, to read. It never changes, so one transaction lasts: no query takes and gives back locks. */
  static open(file: string): PlanStore {
    const db = new DatabaseSync(file, { readOnly: true });
    db.exec('PRAGMA cache_size = -8192; PRAGMA temp_store = FILE; BEGIN');
    return new PlanStore(db, file);
  }

  /** The statement for a text, prepared once. */
  statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Ends filling: makes the indexes and commits. */
  finish(): void {
    this.db.exec(`${INDEXES} COMMIT; ANALYZE`);
  }

  close(): void {
    this.#statements.clear();
    this.db.close();
  }

  meta(name: string): string | null {
    const row = this.statement('SELECT value FROM meta WHERE name = ?').get(name);
    return row === undefined ? null : String(row.value);
  }

  setMeta(name: string, value: string): void {
    this.statement('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(name, value);
  }
}
