import { closeSync, existsSync, fsyncSync, openSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ColdframeError } from '../../../shared/errors.ts';
import { errnoOf, ioError } from '../../platform/errno.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { makePrivate } from '../../platform/private-file.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema.ts';
import { fromSqlite } from './sqlite-error.ts';
import { Store } from './store.ts';

interface OpenOptions {
  readonly readOnly?: boolean;
  /**
   * It is made anew should its making stop on the way, and nobody else has it open: nothing is durable before `closeFilled`. With a stop
   * of the machine, or a kill, the file is worth nothing.
   */
  readonly passing?: boolean;
  readonly migrations?: readonly string[];
}

const damaged = (file: string, cause: unknown): ColdframeError =>
  new ColdframeError('CATALOG_DAMAGED', {
    message: `The catalog ${file} is damaged or is not a catalog: ${cause instanceof Error ? cause.message : String(cause)}`,
    guidance: 'Nothing on tape is affected. Rebuild the catalog from the tapes with "vault rebuild".',
    context: { file },
    cause,
  });

const tooNew = (file: string, found: number, known: number): ColdframeError =>
  new ColdframeError('CATALOG_TOO_NEW', {
    message: `The catalog ${file} has schema version ${found}; this version of Coldframe knows ${known}.`,
    guidance:
      'Use the newer version of Coldframe that wrote it, or rebuild the catalog from the tapes with "vault rebuild".',
    context: { file, found, known },
  });

const pragma = (db: DatabaseSync, name: string): number => {
  const row = db.prepare(`PRAGMA ${name}`).get();
  return Number(row?.[name] ?? 0);
};

/** Brings a catalog to the newest schema, each step in a transaction of its own. */
const migrate = (store: Store, migrations: readonly string[]): void => {
  for (let version = pragma(store.db, 'user_version'); version < migrations.length; version += 1) {
    failpoint('catalog:before-migration');
    store.transaction(() => {
      store.db.exec(migrations[version] as string);
      store.db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      store.db.exec(`PRAGMA user_version = ${version + 1}`);
    });
    failpoint('catalog:after-migration');
  }
};

/** Plain copies that a stop left behind: see `copyCatalog`. */
export const leftoverCopies = (file: string): string[] => {
  const [folder, own] = [dirname(file), basename(file)];
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${own}.`) && /^\.[0-9a-f]{32}\.copy(-\w+)?$/.test(name.slice(own.length)))
    .map((name) => join(folder, name));
};

/** What a connection that writes needs, by whether each commit is durable. The journal of the other is for taking back alone. */
const WRITING = {
  durable:
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864',
  passing: 'PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = OFF',
};

const prepare = (
  db: DatabaseSync,
  file: string,
  { readOnly = false, passing = false, migrations = MIGRATIONS }: OpenOptions,
): Store => {
  const version = pragma(db, 'user_version');
  const application = pragma(db, 'application_id');
  const foreign =
    application !== APPLICATION_ID && (version !== 0 || application !== 0 || pragma(db, 'schema_version') !== 0);
  if (foreign) throw damaged(file, 'it holds something else');
  if (version > migrations.length) throw tooNew(file, version, migrations.length);
  if (readOnly && version < migrations.length) throw damaged(file, `it still has schema version ${version}`);
  db.exec('PRAGMA cache_size = -16384; PRAGMA temp_store = FILE');
  const store = new Store(db, file, readOnly);
  if (readOnly) return store;
  for (const leftover of leftoverCopies(file)) rmSync(leftover, { force: true });
  db.exec(passing ? WRITING.passing : WRITING.durable);
  migrate(store, migrations);
  return store;
};

/**
 * Opens a catalog; a writer makes it when it is not there and brings an older one to the newest schema. There is one
 * writer (the caller sees to that) and any number of readers, each with a connection of its own.
 *
 * Throws CATALOG_TOO_NEW, DISK_FULL, IO, and CATALOG_DAMAGED when the file is no catalog or a reader finds none.
 */
export const openCatalog = (file: string, options: OpenOptions = {}): Store => {
  const readOnly = options.readOnly ?? false;
  if (readOnly && !existsSync(file)) throw damaged(file, 'there is no such file');
  let db: DatabaseSync | undefined;
  try {
    if (!readOnly) makePrivate(file);
    db = new DatabaseSync(file, { readOnly, timeout: 5000 });
    return prepare(db, file, options);
  } catch (error) {
    db?.close();
    const known = fromSqlite(error, file);
    if (known instanceof ColdframeError && (known === error || known.code !== 'CATALOG_DAMAGED')) throw known;
    throw damaged(file, error);
  }
};

/**
 * Closes a catalog that was opened as `passing`, and makes all of it durable in the one file, as any other is: no journal lies beside it. Errors: DISK_FULL, IO.
 */
export const closeFilled = (store: Store): void => {
  const { file } = store;
  try {
    store.db.exec('PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL');
    store.close();
  } catch (error) {
    throw fromSqlite(error, file);
  }
  const fd = openSync(file, 'r+');
  try {
    fsyncSync(fd);
  } catch (error) {
    throw ioError('fsync', errnoOf(error) ?? 'EIO', file, error);
  } finally {
    closeSync(fd);
  }
};
