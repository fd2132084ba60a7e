import type { ByteString } from '../../../../shared/byte-string.ts';
import type { ConflictPolicy } from '../../../../shared/contract/restore.ts';
import type { Timestamp } from '../../../../shared/model/element.ts';
import { ByteReader } from '../../blockset/byte-reader.ts';
import { readAttributes } from '../../blockset/element-codec.ts';
import { DIRECTORY_STATE, type DirectoryState, PlanStore } from './plan-store.ts';

export interface PriorDirectory {
  readonly id: number;
  /** Whether that run made it, or was to dress it. */
  readonly own: boolean;
  /** Its name at the destination. */
  readonly name: ByteString;
  /** When it was last modified before that run, if it was to stay as it was. */
  readonly modifiedAt: Timestamp | null;
  /** What it was to be dressed with, encoded. */
  readonly attributes: Uint8Array | null;
}

/** What an earlier run of the same restore, which was interrupted, left behind. */
export class PriorRun {
  readonly #store: PlanStore;
  #indexed = false;
  #lackingListed = false;
  /** Prefixes of the names of temporary files that runs before this one may have left. */
  readonly temporaryPrefixes: readonly string[];
  /** Whether the machine has not stopped since: then what that run renamed into place was whole. */
  readonly sameBoot: boolean;
  /** The states of directories that are this restore's to dress. */
  readonly #owned: ReadonlySet<DirectoryState>;

  private constructor(store: PlanStore, bootId: string, policy: ConflictPolicy) {
    this.#store = store;
    this.#owned = store.meta('policy') === policy ? OWNED : MADE;
    this.temporaryPrefixes = (store.meta('runs') ?? '')
      .split(',')
      .filter((id) => id !== '')
      .map(temporaryPrefix);
    this.sameBoot = store.meta('boot') === bootId;
  }

  /** The run that left this plan store, or null when there is none or it is not readable. */
  static open(file: string, bootId: string, policy: ConflictPolicy): PriorRun | null {
    try {
      const store = PlanStore.open(file);
      if (store.meta('complete') === 'yes') return new PriorRun(store, bootId, policy);
      store.close();
    } catch {
      // No store, or one that a power loss cut: then nothing is known, and what stands there counts as not ours.
    }
    return null;
  }

  /** Ids of that run and of those before it. */
  get runs(): readonly string[] {
    return (this.#store.meta('runs') ?? '').split(',').filter((id) => id !== '');
  }

  /** The directory of the earlier plan with this source name, or null. */
  directory(parent: number, source: ByteString): PriorDirectory | null {
    // All columns: a plan of an earlier version has fewer.
    const row = this.#store.statement('SELECT * FROM directory WHERE parent = ? AND source = ?').get(parent, source);
    if (row === undefined) return null;
    const { modified_seconds: seconds, modified_nanos: nanos } = row;
    return {
      id: Number(row.id),
      own: this.#owned.has(Number(row.state) as DirectoryState),
      name: row.name as ByteString,
      modifiedAt: typeof seconds === 'number' && typeof nanos === 'number' ? { seconds, nanos } : null,
      attributes: row.attributes instanceof Uint8Array ? row.attributes : null,
    };
  }

  /** Whether that run was to put an element under this name into this directory of its plan. */
  planned(directory: number, name: ByteString): boolean {
    if (!this.#indexed) this.#store.db.exec(PLANNED_NAMES);
    this.#indexed = true;
    const row = this.#store.statement('SELECT 1 FROM planned WHERE directory = ? AND name = ?').get(directory, name);
    return row !== undefined;
  }

  /** Whether that run could not restore the element with this path because a tape was away. */
  lacked(path: ByteString): boolean {
    if (!this.#lackingListed) this.#listLacking();
    return this.#store.statement('SELECT 1 FROM lacking_path WHERE path = ?').get(path) !== undefined;
  }

  close(): void {
    this.#store.close();
  }

  #listLacking(): void {
    const { db } = this.#store;
    db.exec(
      'CREATE TEMP TABLE lacking(id INTEGER PRIMARY KEY); CREATE TEMP TABLE lacking_path(path TEXT PRIMARY KEY) WITHOUT ROWID',
    );
    const away = this.#store.meta('away') ?? '[]';
    for (const of of LACKING) db.prepare(`INSERT OR IGNORE INTO lacking ${of}`).run(away);
    // Further names of files that lack their content.
    db.exec('INSERT OR IGNORE INTO lacking SELECT id FROM element WHERE leader IN (SELECT id FROM lacking)');
    const insert = db.prepare('INSERT OR IGNORE INTO lacking_path VALUES (?)');
    const rows = db.prepare('SELECT attributes FROM element WHERE id IN (SELECT id FROM lacking)').iterate();
    for (const { attributes } of rows) insert.run(readAttributes(new ByteReader(attributes as Uint8Array)).path);
    this.#lackingListed = true;
  }
}

/** Elements of which something lies on a tape that was away. */
const LACKING = [
  'SELECT e.id FROM element e JOIN chunk c ON c.id = e.chunk WHERE c.tape IN (SELECT value FROM json_each(?))',
  'SELECT p.element FROM piece p JOIN chunk c ON c.id = p.chunk WHERE c.tape IN (SELECT value FROM json_each(?))',
];

/** Only a run that goes on looks for elements by name: the plan itself has no index for that. */
const PLANNED_NAMES = `
CREATE TEMP TABLE planned(directory INTEGER, name TEXT, PRIMARY KEY(directory, name)) WITHOUT ROWID;
INSERT OR IGNORE INTO planned SELECT directory, name FROM element ORDER BY directory, name;
`;

/** Those that a run made, whatever it was to do with what it found. */
const MADE = new Set<DirectoryState>([DIRECTORY_STATE.make, DIRECTORY_STATE.replace]);
const OWNED = new Set<DirectoryState>([...MADE, DIRECTORY_STATE.own]);

/** How the names of all temporary files of a run begin. */
export const temporaryPrefix = (run: string): string => `.coldframe-${run}-`;

/** Name of the temporary file of an element. */
export const temporaryName = (run: string, element: number): ByteString =>
  `${temporaryPrefix(run)}${element.toString(36)}` as ByteString;
