import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Anomaly, AnomalyKind } from '../../../shared/model/anomaly.ts';
import { type KeepRules, NO_RULES } from '../../../shared/model/retention.ts';
import type { SetMark } from '../use-cases.ts';

export interface StoredMark extends SetMark {
  readonly set: string;
  /** Milliseconds since 1970. */
  readonly markedAt: number;
}

/** A set, and when it was made, milliseconds since 1970. */
interface Dated {
  readonly id: string;
  readonly createdAt: number;
}

export interface HeldSet {
  readonly set: string;
  readonly anomalies: readonly Anomaly[];
}

/** How long what was kept until a time stays after it: a clock that is wrong for some days loses nothing. */
export const KEPT_ON_MS = 7 * 86_400_000;

export interface RetentionTable {
  /** The rules of an object, by its id. */
  rules(object: string): KeepRules;
  setRules(object: string, rules: KeepRules): void;
  /** Whether sets of an object expire by themselves, after each backup. */
  automatic(object: string): boolean;
  setAutomatic(object: string, automatic: boolean): void;
  /** What was found about those of the sets that were looked at, by their ids. */
  found(sets: readonly string[]): ReadonlyMap<string, readonly AnomalyKind[]>;
  /** What was found unusual about a set, which may be nothing. `usual`: what was found is usual for the object, so nobody need look. */
  noteAnomalies(object: string, set: Dated, anomalies: readonly Anomaly[], usual: boolean): void;
  /**
   * Sets with something unusual at which nobody has looked yet, newest last. `there`: the complete sets of the object; where one is no longer
   * among them, what was unusual about it is said of the oldest that was made after it, and of none when there is none. Null where
   * nobody knows what is there.
   */
  held(object: string, there: readonly Dated[] | null): HeldSet[];
  /** Anomalies of a kind that are over: nobody need look at them. */
  settle(object: string, kind: AnomalyKind): void;
  /** Somebody has looked at all of them; or at those of the sets that `held` names, `there` as it was given to it. */
  acknowledge(
    object: string,
    only: { readonly sets: readonly string[]; readonly there: readonly Dated[] | null } | null,
  ): void;
  /** What was said of sets of an object. They outlive the object: a hold ends when somebody ends it. */
  marks(object: string): StoredMark[];
  /** What was said of sets of any object. */
  allMarks(): StoredMark[];
  /**
   * When a set that is kept until a time goes, milliseconds since 1970: not before the clock has said for `KEPT_ON_MS` that the time is over, by the jobs
   * of the home. One that was ahead, and went back, begins anew; so no backup of one day with a wrong clock lets go what is kept for years.
   */
  staysUntil(until: number, now: number): number;
  /** Says something of a set, or takes it all back. */
  mark(object: string, set: string, mark: SetMark, now: number): void;
}

/** The keep rules of this home, and what was said of single sets. */
export const retentionTable = (database: DatabaseSync): RetentionTable => ({
  rules: (object) => {
    const row = database.prepare('SELECT * FROM keep_rules WHERE object = ?').get(object);
    return row === undefined ? NO_RULES : fromRow(row);
  },
  setRules: (object, { keepLast, daily, weekly, monthly, yearly }) => {
    database
      .prepare(
        `INSERT OR REPLACE INTO keep_rules (object, keep_last, daily, weekly, monthly, yearly) VALUES (?, ?, ?, ?, ?, ?)`,
      )
      .run(object, keepLast, daily, weekly, monthly, yearly);
  },
  automatic: (object) =>
    database.prepare('SELECT 1 FROM automatic_retention WHERE object = ?').get(object) !== undefined,
  setAutomatic: (object, automatic) => {
    database
      .prepare(
        automatic
          ? 'INSERT OR IGNORE INTO automatic_retention (object) VALUES (?)'
          : 'DELETE FROM automatic_retention WHERE object = ?',
      )
      .run(object);
  },
  found: (sets) =>
    new Map(
      database
        .prepare('SELECT set_id, anomalies FROM set_anomalies WHERE set_id IN (SELECT value FROM json_each(?))')
        .all(JSON.stringify(sets))
        .map((row) => [String(row.set_id), (JSON.parse(String(row.anomalies)) as Anomaly[]).map(({ kind }) => kind)]),
    ),
  noteAnomalies: (object, { id, createdAt }, anomalies, usual) => {
    database
      .prepare('INSERT OR IGNORE INTO set_anomalies (set_id, object, anomalies, seen, made_at) VALUES (?, ?, ?, ?, ?)')
      .run(id, object, JSON.stringify(anomalies), Number(usual || anomalies.length === 0), createdAt);
  },
  held: (object, there) => {
    const held = new Map<string, readonly Anomaly[]>();
    for (const { by, anomalies } of unseenOf(database, object, there)) {
      const known = held.get(by) ?? [];
      held.set(by, [...known, ...anomalies.filter(({ kind }) => known.every((each) => each.kind !== kind))]);
    }
    return [...held].map(([set, anomalies]) => ({ set, anomalies }));
  },
  settle: (object, kind) => {
    const rows = database
      .prepare('SELECT set_id, anomalies FROM set_anomalies WHERE object = ? AND seen = 0')
      .all(object);
    const left = database.prepare('UPDATE set_anomalies SET anomalies = ?, seen = ? WHERE set_id = ?');
    for (const row of rows) {
      const others = (JSON.parse(String(row.anomalies)) as Anomaly[]).filter((each) => each.kind !== kind);
      left.run(JSON.stringify(others), Number(others.length === 0), row.set_id ?? null);
    }
  },
  acknowledge: (object, only) => {
    if (only === null) {
      database.prepare('UPDATE set_anomalies SET seen = 1 WHERE object = ?').run(object);
      return;
    }
    const seen = database.prepare('UPDATE set_anomalies SET seen = 1 WHERE set_id = ?');
    for (const { set, by } of unseenOf(database, object, only.there)) if (only.sets.includes(by)) seen.run(set);
  },
  marks: (object) =>
    database.prepare('SELECT * FROM set_marks WHERE object = ? ORDER BY marked_at, set_id').all(object).map(markOf),
  allMarks: () => database.prepare('SELECT * FROM set_marks ORDER BY marked_at, set_id').all().map(markOf),
  staysUntil: (until, now) => {
    if (until > now) return until + KEPT_ON_MS;
    const over = database
      .prepare(
        `SELECT min(created_at) AS since FROM jobs
         WHERE rowid > (SELECT coalesce(max(rowid), 0) FROM jobs WHERE created_at < ?1)`,
      )
      .get(until);
    return (over?.since == null ? now : Number(over.since)) + KEPT_ON_MS;
  },
  mark: (object, set, { hold, until }, now) => {
    if (hold === null && until === null) database.prepare('DELETE FROM set_marks WHERE set_id = ?').run(set);
    else
      database
        .prepare('INSERT OR REPLACE INTO set_marks (set_id, object, hold, until, marked_at) VALUES (?, ?, ?, ?, ?)')
        .run(set, object, hold, until, now);
  },
});

/**
 * What nobody has looked at, oldest first, and by which set it is told. What came after a set that is gone was made of the same: that nobody has looked
 * holds on with it.
 */
const unseenOf = (
  database: DatabaseSync,
  object: string,
  there: readonly Dated[] | null,
): (HeldSet & { readonly by: string })[] => {
  const oldestFirst = there?.toSorted((one, other) => one.createdAt - other.createdAt) ?? null;
  return database
    .prepare('SELECT set_id, anomalies, made_at FROM set_anomalies WHERE object = ? AND seen = 0 ORDER BY made_at')
    .all(object)
    .flatMap((row) => {
      const found = { set: String(row.set_id), anomalies: JSON.parse(String(row.anomalies)) as Anomaly[] };
      if (oldestFirst === null) return [{ ...found, by: found.set }];
      // Of those from before that was kept nothing says when: any set may be of the same.
      const madeAt = row.made_at === null ? 0 : Number(row.made_at);
      const by =
        oldestFirst.find(({ id }) => id === found.set) ?? oldestFirst.find(({ createdAt }) => createdAt > madeAt);
      return by === undefined ? [] : [{ ...found, by: by.id }];
    });
};

const markOf = (row: Record<string, SQLOutputValue>): StoredMark => ({
  set: String(row.set_id),
  hold: row.hold === null ? null : String(row.hold),
  until: row.until === null ? null : Number(row.until),
  markedAt: Number(row.marked_at),
});

const fromRow = (row: Record<string, SQLOutputValue>): KeepRules => ({
  keepLast: Number(row.keep_last),
  daily: Number(row.daily),
  weekly: Number(row.weekly),
  monthly: Number(row.monthly),
  yearly: Number(row.yearly),
});
