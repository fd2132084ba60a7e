import { createRequire } from 'node:module';
import type { SQLInputValue } from 'node:sqlite';

const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
const library = koffi.load('libsqlite3.so.0');

/** A handle of the library. */
type Handle = unknown;
type Row = Record<string, unknown> | unknown[];

const bound = {
  open: library.func('int sqlite3_open_v2(const char *, _Out_ void **, int, const char *)'),
  close: library.func('int sqlite3_close_v2(void *)'),
  busyTimeout: library.func('int sqlite3_busy_timeout(void *, int)'),
  exec: library.func('int sqlite3_exec(void *, const char *, void *, void *, void *)'),
  prepare: library.func('int sqlite3_prepare_v2(void *, const char *, int, _Out_ void **, void *)'),
  finalize: library.func('int sqlite3_finalize(void *)'),
  step: library.func('int sqlite3_step(void *)'),
  reset: library.func('int sqlite3_reset(void *)'),
  clear: library.func('int sqlite3_clear_bindings(void *)'),
  bindNull: library.func('int sqlite3_bind_null(void *, int)'),
  bindDouble: library.func('int sqlite3_bind_double(void *, int, double)'),
  bindInt: library.func('int sqlite3_bind_int64(void *, int, int64_t)'),
  bindText: library.func('int sqlite3_bind_text(void *, int, const void *, int, intptr_t)'),
  bindBlob: library.func('int sqlite3_bind_blob(void *, int, const void *, int, intptr_t)'),
  bindZeroes: library.func('int sqlite3_bind_zeroblob(void *, int, int)'),
  columns: library.func('int sqlite3_column_count(void *)'),
  name: library.func('const char *sqlite3_column_name(void *, int)'),
  type: library.func('int sqlite3_column_type(void *, int)'),
  int: library.func('int64_t sqlite3_column_int64(void *, int)'),
  double: library.func('double sqlite3_column_double(void *, int)'),
  content: library.func('void *sqlite3_column_blob(void *, int)'),
  bytes: library.func('int sqlite3_column_bytes(void *, int)'),
  changes: library.func('int64_t sqlite3_changes64(void *)'),
  rowid: library.func('int64_t sqlite3_last_insert_rowid(void *)'),
  autocommit: library.func('int sqlite3_get_autocommit(void *)'),
  code: library.func('int sqlite3_extended_errcode(void *)'),
  message: library.func('const char *sqlite3_errmsg(void *)'),
  explain: library.func('const char *sqlite3_errstr(int)'),
  backupBegin: library.func('void *sqlite3_backup_init(void *, const char *, void *, const char *)'),
  backupStep: library.func('int sqlite3_backup_step(void *, int)'),
  backupEnd: library.func('int sqlite3_backup_finish(void *)'),
  copy: koffi.load('libc.so.6').func('void *memcpy(void *, void *, size_t)'),
};

const OK = 0;
const ROW = 100;
const DONE = 101;
const TYPE = { integer: 1, float: 2, text: 3, blob: 4 };
/** The library makes a copy of what is bound. */
const TRANSIENT = -1;
const OPEN = { readOnly: 1, readWrite: 2, create: 4, uri: 0x40 };

/** An error as `node:sqlite` throws it. */
const failure = (database: Handle, status: number): Error => {
  const errcode = database === null ? status : (bound.code(database) as number);
  return Object.assign(new Error(bound.message(database) as string), {
    code: 'ERR_SQLITE_ERROR',
    errcode,
    errstr: bound.explain(errcode) as string,
  });
};

const demand = (database: Handle, status: number): void => {
  if (status !== OK) throw failure(database, status);
};

class Statement {
  readonly #database: DatabaseSync;
  readonly #handle: Handle;
  readonly #names: readonly string[];
  #arrays = false;

  constructor(database: DatabaseSync, handle: Handle) {
    this.#database = database;
    this.#handle = handle;
    const count = bound.columns(handle) as number;
    this.#names = Array.from({ length: count }, (_, column) => bound.name(handle, column) as string);
  }

  setReturnArrays(arrays: boolean): void {
    this.#arrays = arrays;
  }

  run(...values: SQLInputValue[]): { changes: number; lastInsertRowid: number } {
    for (const _ of this.#rows(values));
    const database = this.#database.handle;
    return { changes: Number(bound.changes(database)), lastInsertRowid: Number(bound.rowid(database)) };
  }

  get(...values: SQLInputValue[]): Row | undefined {
    for (const row of this.#rows(values)) return row;
    return undefined;
  }

  all(...values: SQLInputValue[]): Row[] {
    return [...this.#rows(values)];
  }

  iterate(...values: SQLInputValue[]): IterableIterator<Row> {
    return this.#rows(values);
  }

  *#rows(values: readonly SQLInputValue[]): Generator<Row, undefined> {
    const database = this.#database.handle;
    demand(database, bound.reset(this.#handle) as number);
    bound.clear(this.#handle);
    for (const [at, value] of values.entries()) demand(database, this.#bind(at + 1, value));
    try {
      for (;;) {
        const status = bound.step(this.#handle) as number;
        if (status === DONE) return undefined;
        if (status !== ROW) throw failure(database, status);
        yield this.#row();
      }
    } finally {
      if (this.#database.isOpen) bound.reset(this.#handle);
    }
  }

  #bind(at: number, value: SQLInputValue): number {
    const to = this.#handle;
    if (value === null) return bound.bindNull(to, at) as number;
    if (typeof value === 'bigint') return bound.bindInt(to, at, value) as number;
    if (typeof value === 'number') return bound.bindDouble(to, at, value) as number;
    if (typeof value === 'string') {
      const text = Buffer.from(`${value}\0`);
      return bound.bindText(to, at, text, text.length - 1, TRANSIENT) as number;
    }
    if (!ArrayBuffer.isView(value)) throw new TypeError(`Value ${at} cannot be bound: ${typeof value}.`);
    const { buffer, byteOffset, byteLength } = value;
    if (byteLength === 0) return bound.bindZeroes(to, at, 0) as number;
    return bound.bindBlob(to, at, new Uint8Array(buffer, byteOffset, byteLength), byteLength, TRANSIENT) as number;
  }

  #row(): Row {
    const values = this.#names.map((_, column) => this.#value(column));
    if (this.#arrays) return values;
    const row = Object.create(null) as Record<string, unknown>;
    for (const [column, name] of this.#names.entries()) row[name] = values[column];
    return row;
  }

  #value(column: number): unknown {
    switch (bound.type(this.#handle, column) as number) {
      case TYPE.integer: {
        const value = Number(bound.int(this.#handle, column));
        if (!Number.isSafeInteger(value)) throw new RangeError(`The value of ${this.#names[column]} is too large.`);
        return value;
      }
      case TYPE.float:
        return bound.double(this.#handle, column);
      case TYPE.text:
        return Buffer.from(this.#bytes(column)).toString();
      case TYPE.blob:
        return this.#bytes(column);
      default:
        return null;
    }
  }

  /** Copied out of the library's memory, which no buffer of this runtime may lie in. */
  #bytes(column: number): Uint8Array {
    const from = bound.content(this.#handle, column);
    const bytes = new Uint8Array(bound.bytes(this.#handle, column) as number);
    if (bytes.length > 0) bound.copy(bytes, from, bytes.length);
    return bytes;
  }
}

/** What the console uses of the class of that name in `node:sqlite`. */
export class DatabaseSync {
  #handle: Handle;
  #open = false;
  readonly #statements: Handle[] = [];

  constructor(file: string, { readOnly = false, timeout = 0 } = {}) {
    const out: [Handle] = [null];
    const flags = OPEN.uri | (readOnly ? OPEN.readOnly : OPEN.readWrite | OPEN.create);
    const status = bound.open(file, out, flags, null) as number;
    [this.#handle] = out;
    if (status !== OK) {
      const error = failure(this.#handle, status);
      bound.close(this.#handle);
      throw error;
    }
    this.#open = true;
    bound.busyTimeout(this.#handle, timeout);
    this.exec('PRAGMA foreign_keys = ON');
  }

  get handle(): Handle {
    if (!this.#open) throw Object.assign(new Error('database is not open'), { code: 'ERR_INVALID_STATE' });
    return this.#handle;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get isTransaction(): boolean {
    return bound.autocommit(this.handle) === 0;
  }

  exec(sql: string): void {
    demand(this.handle, bound.exec(this.handle, sql, null, null, null) as number);
  }

  prepare(sql: string): Statement {
    const out: [Handle] = [null];
    demand(this.handle, bound.prepare(this.handle, sql, -1, out, null) as number);
    this.#statements.push(out[0]);
    return new Statement(this, out[0]);
  }

  close(): void {
    const { handle } = this;
    this.#open = false;
    for (const statement of this.#statements.splice(0)) bound.finalize(statement);
    bound.close(handle);
  }
}

/** Copies a database page by page, all at once. */
export const backup = async (source: DatabaseSync, file: string): Promise<number> => {
  const target = new DatabaseSync(file);
  try {
    const copying = bound.backupBegin(target.handle, 'main', source.handle, 'main');
    if (copying === null) throw failure(target.handle, 1);
    const status = bound.backupStep(copying, -1) as number;
    bound.backupEnd(copying);
    if (status !== DONE) throw failure(target.handle, status);
    return 0;
  } finally {
    target.close();
  }
};
