import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { fromSqlite } from './sqlite-error.ts';

/**
 * One connection with its prepared statements. Rows are arrays in the order of the columns. What SQLite says of the disk
 * or the file is thrown as IO, DISK_FULL or CATALOG_DAMAGED.
 */
export class Store {
  readonly db: DatabaseSync;
  readonly file: string;
  readonly readOnly: boolean;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  constructor(db: DatabaseSync, file: string, readOnly: boolean) {
    this.db = db;
    this.file = file;
    this.readOnly = readOnly;
  }

  /** A statement, prepared once. Do not hold one open by `iterate` across calls that may use the same text. */
  statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.db.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  all<Row extends readonly unknown[]>(sql: string, ...values: SQLInputValue[]): Row[] {
    try {
      return this.statement(sql).all(...values) as unknown as Row[];
    } catch (error) {
      throw fromSqlite(error, this.file);
    }
  }

  get<Row extends readonly unknown[]>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    try {
      return this.statement(sql).get(...values) as unknown as Row | undefined;
    } catch (error) {
      throw fromSqlite(error, this.file);
    }
  }

  /** Returns the rowid of the last row that was inserted. */
  run(sql: string, ...values: SQLInputValue[]): number {
    try {
      return Number(this.statement(sql).run(...values).lastInsertRowid);
    } catch (error) {
      throw fromSqlite(error, this.file);
    }
  }

  /** Rows one by one, on a statement of its own: anything may happen between two of them. */
  *each<Row extends readonly unknown[]>(sql: string, ...values: SQLInputValue[]): Generator<Row> {
    try {
      const statement = this.db.prepare(sql);
      statement.setReturnArrays(true);
      for (const row of statement.iterate(...values)) yield row as unknown as Row;
    } catch (error) {
      throw fromSqlite(error, this.file);
    }
  }

  /** Runs `work` as one transaction, durable when it returns; what it throws undoes all of it. Nests. */
  transaction<Result>(work: () => Result): Result {
    if (this.#depth > 0) return work();
    try {
      this.db.exec('BEGIN IMMEDIATE');
      this.#depth = 1;
      const result = work();
      this.db.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.db.isTransaction) this.db.exec('ROLLBACK');
      throw fromSqlite(error, this.file);
    } finally {
      this.#depth = 0;
    }
  }

  close(): void {
    this.#statements.clear();
    if (this.db.isOpen) this.db.close();
  }
}
