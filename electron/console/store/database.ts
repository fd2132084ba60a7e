import { DatabaseSync } from 'node:sqlite';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { makePrivate } from '../../platform/private-file.ts';
import { MIGRATIONS } from './migrations.ts';

/** Opens the console's database and brings its schema up to date. What it commits is durable. */
export const openDatabase = (file: string): DatabaseSync => {
  if (file !== ':memory:') makePrivate(file);
  const database = new DatabaseSync(file, { timeout: 5000 });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    migrate(database, file);
    return database;
  } catch (error) {
    database.close();
    const known = asColdframeError(error);
    if (known.code !== 'DISK_FULL') throw error;
    throw new ColdframeError('DISK_FULL', {
      message: `There is no room on the disk of the home, for ${file}.`,
      guidance: 'Make room there. What is on tapes is not touched; rescue.mjs in each vault restores without a home.',
      context: { file },
      cause: error,
    });
  }
};

/** Runs the scripts that this database has not seen, each wholly or not at all. */
const migrate = (database: DatabaseSync, file: string): void => {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (version > MIGRATIONS.length) {
    throw new ColdframeError('HOME_UNUSABLE', {
      message: `${file} was written by a newer Coldframe (schema ${version}, this one knows ${MIGRATIONS.length}).`,
      guidance: 'Use the newer version, or another home.',
      context: { file, version },
    });
  }
  for (const [place, script] of MIGRATIONS.entries()) {
    if (place >= version) database.exec(`BEGIN; ${script}; PRAGMA user_version = ${place + 1}; COMMIT`);
  }
};
