import { DatabaseSync } from 'node:sqlite';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { makePrivate } from '../../platform/private-file.ts';
import { databaseDamaged, databaseGone } from '../home/missing-database.ts';
import { identityOf } from './file-identity.ts';
import { MIGRATIONS } from './migrations.ts';

export interface OpenDatabase {
  readonly database: DatabaseSync;
  /** Throws HOME_DATABASE_MISSING when the file no longer lies in its place. */
  readonly demandInPlace: () => void;
  /** HOME_DATABASE_DAMAGED once something met that; it is over for nobody before the file is another one. */
  readonly damage: () => ColdframeError | null;
}

/**
 * Opens the console's database and brings its schema up to date. What it commits is durable; nothing is written once its file was moved,
 * deleted or replaced: then each attempt throws HOME_DATABASE_MISSING, while what was in it can be read.
 */
export const openDatabase = (file: string): OpenDatabase => {
  if (file !== ':memory:') makePrivate(file);
  const database = new DatabaseSync(file, { timeout: 5000 });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    migrate(database, file);
    return guarded(database, file);
  } catch (error) {
    database.close();
    if (asColdframeError(error).code !== 'DISK_FULL') throw damageIn(error, file) ?? error;
    throw new ColdframeError('DISK_FULL', {
      message: `There is no room on the disk of the home, for ${file}.`,
      guidance: 'Make room there. What is on tapes is not touched; rescue.mjs in each vault restores without a home.',
      context: { file },
      cause: error,
    });
  }
};

/** Primary result codes (sqlite.org/rescode.html). */
const DAMAGED: ReadonlySet<number> = new Set([11, 26]);

/** What an error of SQLite says of the file where it is damaged, or lacks a table; null for any other. */
const damageIn = (error: unknown, file: string): ColdframeError | null => {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  const damaged = DAMAGED.has(error.errcode & 255) || error.message.startsWith('no such table');
  return damaged ? databaseDamaged(file, error.message, error) : null;
};

/** What is taken back can be, wherever the file is. */
const BEGINS_OR_KEEPS = /^\s*(?!ROLLBACK|RELEASE|SAVEPOINT)/i;
const READS = /^\s*SELECT\b/i;

const guarded = (database: DatabaseSync, file: string): OpenDatabase => {
  if (file === ':memory:') return { database, demandInPlace: () => undefined, damage: () => null };
  let met: ColdframeError | null = null;
  const identity = identityOf(file);
  const demandInPlace = () => {
    if (!identity.isInPlace()) throw databaseGone(file);
  };
  const prepare = database.prepare.bind(database);
  const exec = database.exec.bind(database);
  const telling = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      const damage = damageIn(error, file);
      met ??= damage;
      throw damage ?? error;
    }
  };
  database.prepare = (sql, ...rest) => {
    if (!READS.test(sql)) demandInPlace();
    const statement = telling(() => prepare(sql, ...rest));
    for (const name of ['all', 'get', 'run'] as const) {
      const own = statement[name].bind(statement) as (...given: unknown[]) => unknown;
      Object.assign(statement, { [name]: (...given: unknown[]) => telling(() => own(...given)) });
    }
    return statement;
  };
  database.exec = (sql) => {
    if (BEGINS_OR_KEEPS.test(sql)) demandInPlace();
    telling(() => exec(sql));
  };
  return { database, demandInPlace, damage: () => met };
};

/** Runs the scripts that this database has not seen, all of them or none: each transaction of its own would wait for the disk. */
const migrate = (database: DatabaseSync, file: string): void => {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (version > MIGRATIONS.length) {
    throw new ColdframeError('HOME_UNUSABLE', {
      message: `${file} was written by a newer Coldframe (schema ${version}, this one knows ${MIGRATIONS.length}).`,
      guidance: 'Use the newer version, or another home.',
      context: { file, version },
    });
  }
  const scripts = MIGRATIONS.slice(version);
  if (scripts.length > 0)
    database.exec(`BEGIN; ${scripts.join(';\n')}; PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`);
};
