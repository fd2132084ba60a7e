import { readdirSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { ColdframeError } from '../../../shared/errors.ts';
import { homeLayout } from './directory.ts';

/** What is said of a database that was moved, deleted or replaced while this process had it open. */
export const databaseGone = (file: string): ColdframeError =>
  new ColdframeError('HOME_DATABASE_MISSING', {
    message: `The database of the home, ${file}, was moved, deleted or replaced while it was in use: nothing more is written to it, and no job begins.`,
    guidance: `Put that very file back as ${file}, then end and start the console that holds the home. ${otherwise(file)}`,
    context: { home: dirname(file), file },
  });

/** What is said of a database that is there and cannot be used. `why`: in the words of SQLite. */
export const databaseDamaged = (file: string, why: string, cause: unknown): ColdframeError =>
  new ColdframeError('HOME_DATABASE_DAMAGED', {
    message: `The database of the home, ${file}, is damaged, or something was taken out of it: ${why}.`,
    guidance: `End the console that holds the home, and keep a copy of the file. ${otherwise(file)}`,
    context: { home: dirname(file), file },
    cause,
  });

/**
 * Sees to it that a home that was in use is not taken for a new one. Called with its lock taken, before anything is made in it. Throws
 * HOME_DATABASE_MISSING; then nothing has changed.
 */
export const demandDatabase = (home: string): void => {
  const { database } = homeLayout(home);
  // A start that was killed leaves an empty one, before there is anything else.
  if ((statSync(database, { throwIfNoEntry: false })?.size ?? 0) > 0) return;
  const trace = traceOfUse(home);
  if (trace === null) return;
  throw new ColdframeError('HOME_DATABASE_MISSING', {
    message: `The home ${home} was in use (${basename(trace)} is there), but its database ${database} is missing or empty. Nothing in it was changed.`,
    guidance: `Put that file back from where it was moved to. ${otherwise(database)}`,
    context: { home, file: database, found: trace },
  });
};

/** The log of a database that is gone would be taken for that of any other one, and spoil it. */
const otherwise = (file: string): string =>
  `An older copy of it, from a backup, goes there once no console runs and ${file}-wal and ${file}-shm were moved away. Where there is none, begin anew: move the folder ${dirname(file)} away as a whole, then run "coldframe vault open DIR" for each vault, whose own copy of the catalog has its objects and sets. Nothing on tape is affected.`;

/** Something that is only there after a database was; null when there is nothing. */
const traceOfUse = (home: string): string | null => {
  const { database, holder, catalogs, jobs, volumes, reserve, noticeSecrets } = homeLayout(home);
  const file = [`${database}-wal`, `${database}-journal`, holder, noticeSecrets, reserve].find(
    (path) => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0,
  );
  return file ?? [catalogs, jobs, volumes].find((folder) => holdsAnything(folder)) ?? null;
};

const holdsAnything = (folder: string): boolean =>
  statSync(folder, { throwIfNoEntry: false }) !== undefined && readdirSync(folder).length > 0;
