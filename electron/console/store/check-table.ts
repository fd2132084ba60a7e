import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { CheckKind, CheckOutcome } from '../../../shared/contract/choices.ts';

/** How one verification or restore test came out. Times are milliseconds since 1970. */
export interface StoredCheck {
  /** Rises from one to the next, whatever the clock says. */
  readonly number: number;
  readonly job: string;
  readonly kind: CheckKind;
  /** Id of the object; null for a whole vault. */
  readonly object: string | null;
  /** Id of the vault. */
  readonly vault: string;
  readonly at: number;
  readonly outcome: CheckOutcome;
  /** The set that was tested; null where there were several, or none. */
  readonly set: string | null;
  readonly elements: number;
  readonly bytes: number;
  readonly failures: number;
  readonly detail: CheckDetail;
}

export interface CheckDetail {
  /** What failed, as far as it is listed. */
  readonly failed: readonly { readonly path: string; readonly pathBase64?: string; readonly message: string }[];
  /** What the job ended with, when it did not come to a finding. */
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly population: number | null;
  readonly tooLong: number | null;
  readonly sourceSame: number | null;
  readonly sourceChanged: number | null;
  /** The sets that what was found wrong is in, when it is in sets alone; null when it is not, or an older version did not say. */
  readonly sets: readonly string[] | null;
  /** Of what older versions noted of a verification of a whole vault: ids of the objects that had a complete set when it ran. */
  readonly objects: readonly string[] | null;
  /** Of a verification, by ids of objects, how it came out for each of which it read something or found something; null when an older version did not say. */
  readonly byObject: Readonly<Record<string, ObjectFinding>> | null;
  /** Of a verification: the newest check when it began to read, by its number. Of what was found later it says nothing. Null when an older version did not say. */
  readonly after: number | null;
  /** Of a verification: the sets in which something had been found damaged or away, and of which it read all and found it right. Null when an older version did not say. */
  readonly proved: readonly string[] | null;
  /** What the failures are that are not of single elements or chunks, or no damage; null when an older version did not say. */
  readonly kinds: FailureKinds | null;
  /** It read what a backup had written, and nothing of the sets that this builds on. */
  readonly written?: boolean;
  /** What it read is a full, the newest complete set of its object then: what was found in earlier ones is no matter for the object any more. */
  readonly renews?: boolean;
  /** The tapes that it wanted and that were not here; none when an older version did not say. */
  readonly tapesAway: readonly { readonly tape: string; readonly barcode: string }[];
}

/** How a verification came out for one object. What lies on tapes that are away is no failure; damage of a tape that costs no content is none of any object. */
export interface ObjectFinding {
  readonly outcome: 'right' | 'wrong' | 'away';
  readonly failures: number;
  /** Those in which something is damaged, and whole nowhere else. */
  readonly sets: readonly string[];
  /** Others, in which what is damaged was read on another tape, and is right there. */
  readonly copied?: readonly string[];
  /** Those of which something lies on tapes that are away. */
  readonly away?: readonly string[];
  /** Something damaged is in a set that no catalog knows: it is not known to have expired, either. */
  readonly unknown?: boolean;
}

export interface FailureKinds {
  /** Elements or chunks on tapes that are not in the vault. */
  readonly away: number;
  /** Chunks that are damaged on one tape and whole on another; left out by an older version. */
  readonly copied?: number;
  /** Tapes whose beginning is damaged. */
  readonly tapes: number;
  /** Sets that are incomplete. */
  readonly sets: number;
}

export interface CheckQuery {
  readonly kind: CheckKind | null;
  readonly object: string | null;
  readonly vault: string | null;
  readonly limit: number;
}

export interface CheckTable {
  put(check: Omit<StoredCheck, 'number'>): void;
  /** What came of one job; null when that was no check, or left nothing. */
  ofJob(job: string): StoredCheck | null;
  /** Newest first. */
  list(query: CheckQuery): StoredCheck[];
  /** Those of a span of time, milliseconds since 1970, its end not in it; newest first. */
  between(from: number, until: number): StoredCheck[];
  /**
   * The newest of an object; of a whole vault when `object` is null. `found`: only one that came to a finding. Of verifications only
   * those of everything count.
   */
  last(kind: CheckKind, vault: string, object: string | null, found: boolean): StoredCheck | null;
  /** Those that found something wrong in a set, or in all, or lacked tapes for it, of which nothing was found right since; newest first. */
  open(kind: CheckKind, vault: string, object: string | null): StoredCheck[];
  /** The highest number of a check; zero when there is none. */
  newest(): number;
  /**
   * Verifications of a vault that found something damaged or, of an object, away. Without what failed; newest first. Of the whole vault what is away
   * is no finding about any object.
   */
  found(vault: string): StoredCheck[];
  /**
   * Verifications of a vault that proved sets right in which something had been found, with a number above `after`; `all`: those, too, that proved none,
   * for what is in no set that is known. Without what failed; newest first.
   */
  provedSince(vault: string, after: number, all: boolean): StoredCheck[];
}

const WHOLE = "kind = ?1 AND vault = ?2 AND object IS ?3 AND (kind <> 'verify' OR set_id IS NULL)";
const NEWEST = 'ORDER BY number DESC LIMIT';
const WITHOUT_FAILED = `SELECT number, job, kind, object, vault, at, outcome, set_id, elements, bytes, failures,
   json_remove(detail, '$.failed') AS detail FROM checks`;

/** What verifications and restore tests of this home found. */
export const checkTable = (database: DatabaseSync): CheckTable => ({
  put: ({ job, kind, object, vault, at, outcome, set, elements, bytes, failures, detail }) => {
    database
      .prepare(
        `INSERT OR REPLACE INTO checks (job, kind, object, vault, at, outcome, set_id, elements, bytes, failures, detail)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(job, kind, object, vault, at, outcome, set, elements, bytes, failures, JSON.stringify(detail));
  },
  ofJob: (job) => {
    const row = database.prepare('SELECT * FROM checks WHERE job = ?').get(job);
    return row === undefined ? null : fromRow(row);
  },
  list: ({ kind, object, vault, limit }) =>
    database
      .prepare(
        `SELECT * FROM checks WHERE (?1 IS NULL OR kind = ?1) AND (?2 IS NULL OR object = ?2)
         AND (?3 IS NULL OR vault = ?3) ${NEWEST} ?4`,
      )
      .all(kind, object, vault, limit)
      .map(fromRow),
  between: (from, until) =>
    database
      .prepare(`SELECT * FROM checks WHERE at >= ? AND at < ? ORDER BY number DESC`)
      .all(from, until)
      .map(fromRow),
  last: (kind, vault, object, found) => {
    const row = database
      .prepare(
        `SELECT * FROM checks WHERE ${WHOLE} ${found ? "AND outcome IN ('right', 'wrong', 'away')" : ''} ${NEWEST} 1`,
      )
      .get(kind, vault, object);
    return row === undefined ? null : fromRow(row);
  },
  open: (kind, vault, object) =>
    database
      .prepare(
        `SELECT * FROM checks AS it WHERE ${WHOLE} AND outcome IN ('wrong', 'away') AND NOT EXISTS (
           SELECT 1 FROM checks AS later WHERE later.kind = it.kind AND later.vault = it.vault
           AND later.object IS it.object AND later.set_id IS it.set_id AND later.number > it.number AND later.outcome = 'right'
           AND coalesce(json_extract(later.detail, '$.after'), later.number) >= it.number
         ) ${NEWEST} 1000`,
      )
      .all(kind, vault, object)
      .map(fromRow),
  newest: () => Number(database.prepare('SELECT max(number) AS number FROM checks').get()?.number ?? 0),
  found: (vault) =>
    database
      .prepare(
        `${WITHOUT_FAILED} WHERE kind = 'verify' AND vault = ?
         AND (outcome = 'wrong' OR (outcome = 'away' AND object IS NOT NULL)) ORDER BY number DESC`,
      )
      .all(vault)
      .map(fromRow),
  provedSince: (vault, after, all) =>
    database
      .prepare(
        `${WITHOUT_FAILED} WHERE kind = 'verify' AND vault = ? AND number > ?
         AND (? OR json_array_length(detail, '$.proved') > 0 OR detail ->> '$.renews'
           OR (outcome = 'right' AND detail ->> '$.proved' IS NULL)) ORDER BY number DESC`,
      )
      .all(vault, after, Number(all))
      .map(fromRow),
});

const fromRow = (row: Record<string, SQLOutputValue>): StoredCheck => ({
  number: Number(row.number),
  job: String(row.job),
  kind: row.kind as CheckKind,
  object: row.object === null ? null : String(row.object),
  vault: String(row.vault),
  at: Number(row.at),
  outcome: row.outcome as CheckOutcome,
  set: row.set_id === null ? null : String(row.set_id),
  elements: Number(row.elements),
  bytes: Number(row.bytes),
  failures: Number(row.failures),
  detail: {
    failed: [],
    sets: null,
    objects: null,
    byObject: null,
    after: null,
    proved: null,
    kinds: null,
    tapesAway: [],
    ...(JSON.parse(String(row.detail)) as Pick<
      CheckDetail,
      'error' | 'population' | 'tooLong' | 'sourceSame' | 'sourceChanged'
    >),
  },
});
