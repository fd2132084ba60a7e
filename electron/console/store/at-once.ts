import type { DatabaseSync } from 'node:sqlite';

/** How many works are under way on a database, one within the other. */
const depths = new WeakMap<DatabaseSync, number>();

/** Does all of some work or, when it throws, nothing of it; also as a part of other such work, which may go on without it. */
export const atOnce = <Result>(database: DatabaseSync, work: () => Result): Result => {
  const depth = depths.get(database) ?? 0;
  const point = `within_${depth}`;
  database.exec(depth === 0 ? 'BEGIN IMMEDIATE' : `SAVEPOINT ${point}`);
  depths.set(database, depth + 1);
  try {
    const result = work();
    database.exec(depth === 0 ? 'COMMIT' : `RELEASE ${point}`);
    return result;
  } catch (error) {
    database.exec(depth === 0 ? 'ROLLBACK' : `ROLLBACK TO ${point}; RELEASE ${point}`);
    throw error;
  } finally {
    depths.set(database, depth);
  }
};
