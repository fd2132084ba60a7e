import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { ActivityEntry } from '../../../shared/contract/activity.ts';

export interface ActivityQuery {
  readonly object: string | null;
  readonly vault: string | null;
  /** Only entries before this one. */
  readonly before: number | null;
  readonly limit: number;
}

export interface ActivityTable {
  append(entry: Omit<ActivityEntry, 'sequence' | 'at'>): void;
  /** Newest first. */
  list(query: ActivityQuery): { readonly entries: ActivityEntry[]; readonly total: number };
}

const WANTED = '(?1 IS NULL OR object = ?1) AND (?2 IS NULL OR vault = ?2)';

/** The log of notable acts. The database itself refuses to change or remove an entry. */
export const activityTable = (database: DatabaseSync): ActivityTable => ({
  append: ({ act, outcome, error, object, vault, context }) => {
    database
      .prepare('INSERT INTO activity (at, act, outcome, error, object, vault, context) VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(Date.now(), act, outcome, error, object, vault, JSON.stringify(context));
  },
  list: ({ object, vault, before, limit }) => ({
    entries: database
      .prepare(
        `SELECT * FROM activity WHERE ${WANTED} AND (?3 IS NULL OR sequence < ?3) ORDER BY sequence DESC LIMIT ?4`,
      )
      .all(object, vault, before, limit)
      .map(fromRow),
    total: Number(database.prepare(`SELECT count(*) AS n FROM activity WHERE ${WANTED}`).get(object, vault)?.n),
  }),
});

const text = (value: SQLOutputValue | undefined): string | null => (typeof value === 'string' ? value : null);

const fromRow = (row: Record<string, SQLOutputValue>): ActivityEntry => ({
  sequence: Number(row.sequence),
  at: new Date(Number(row.at)).toISOString(),
  act: String(row.act),
  outcome: String(row.outcome) as ActivityEntry['outcome'],
  error: text(row.error),
  object: text(row.object),
  vault: text(row.vault),
  context: JSON.parse(String(row.context)) as ActivityEntry['context'],
});
