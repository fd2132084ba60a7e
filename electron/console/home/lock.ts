import { DatabaseSync } from 'node:sqlite';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import { makePrivate } from '../../platform/private-file.ts';

export interface HomeLock {
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * Takes the lock of a home, or answers null when another process has it. It is an exclusive transaction on an empty
 * database: a lock of the operating system on every platform, which a killed process cannot leave behind.
 */
export const tryLock = (file: string): HomeLock | null => {
  let database: DatabaseSync | undefined;
  try {
    makePrivate(file);
    database = new DatabaseSync(file, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    const held = database;
    return { release: () => held.close() };
  } catch (cause) {
    database?.close();
    if ((cause as { errcode?: number }).errcode === SQLITE_BUSY) return null;
    const known = asColdframeError(cause);
    if (known.code === 'DISK_FULL' || known.code === 'IO') throw known;
    throw new ColdframeError('HOME_UNUSABLE', {
      message: `The lock ${file} cannot be taken: ${(cause as Error).message}.`,
      guidance:
        'See that the folder is writable and on a file system with working locks; the file itself may be removed.',
      context: { file },
      cause,
    });
  }
};
