import type { DatabaseSync } from 'node:sqlite';

/** The work that is under way on a database. */
interface UnderWay {
  /** How many works, one within the other. */
  depth: number;
  /** What made the database take everything back by itself. */
  lost: { readonly error: unknown } | null;
}

const works = new WeakMap<DatabaseSync, UnderWay>();

/**
 * Does all of some work or, when it throws, nothing of it; also as a part of other such work, which may go on without it. Not after an error on
 * which SQLite takes everything back by itself (sqlite.org/lang_transaction.html: FULL, IOERR, NOMEM): then the outermost work throws that error,
 * and so does each part that is begun.
 */
export const atOnce = <Result>(database: DatabaseSync, work: () => Result): Result => {
  const within = works.get(database) ?? { depth: 0, lost: null };
  works.set(database, within);
  const { depth } = within;
  const point = `within_${depth}`;
  // Outside of a transaction a savepoint would begin one, and its release commit it.
  if (depth > 0) demandTransaction(database, within);
  database.exec(depth === 0 ? 'BEGIN IMMEDIATE' : `SAVEPOINT ${point}`);
  within.depth += 1;
  try {
    const result = work();
    demandTransaction(database, within);
    database.exec(depth === 0 ? 'COMMIT' : `RELEASE ${point}`);
    return result;
  } catch (error) {
    takeBack(database, within, error, depth === 0 ? 'ROLLBACK' : `ROLLBACK TO ${point}; RELEASE ${point}`);
    throw error;
  } finally {
    within.depth = depth;
    if (depth === 0) within.lost = null;
  }
};

/** The first error is the one that is told, whatever taking back meets; and nothing goes on in what could not be taken back. */
const takeBack = (database: DatabaseSync, within: UnderWay, error: unknown, rollback: string): void => {
  for (const statement of [rollback, 'ROLLBACK']) {
    try {
      if (database.isTransaction) database.exec(statement);
      break;
    } catch {
      // The whole of it, then.
    }
  }
  if (!database.isTransaction) within.lost ??= { error };
};

const demandTransaction = (database: DatabaseSync, { lost }: UnderWay): void => {
  if (database.isTransaction) return;
  throw lost === null ? new Error('the database took back what was under way') : lost.error;
};
