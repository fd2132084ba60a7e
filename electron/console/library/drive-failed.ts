import { asColdframeError } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import type { DriveFailure } from '../../engine/restore/index.ts';
import type { OpenVault } from '../vault-session.ts';
import { MAY_WANT_CLEANING } from './drive-of-error.ts';

/** What a job that went on says of a drive that failed while it read. `unread`: what became of the rest of what was wanted of the tape, where no drive read it. */
export const driveFailed = ({ drive, tape, code, message, readIn }: DriveFailure, unread: string): Warning => {
  const rest = readIn === null ? unread : `the rest of what was wanted of this tape was read in drive ${readIn}`;
  // Without a tape in it is how a drive may fail; the tape is there.
  const told = code === 'NO_SUCH_TAPE' ? 'DEVICE_FAILED' : code;
  return { code: told, path: tape, message: `drive ${drive} failed, and ${rest}. ${message}` };
};

/** Notes of drives that failed while they read that they may want to be cleaned. Gives a warning when that cannot be kept: what was read stays read. */
export const noteDriveFailures = ({ vault }: OpenVault, failures: readonly DriveFailure[]): Warning[] => {
  try {
    for (const { drive, code } of failures)
      if (MAY_WANT_CLEANING.has(code)) vault.library.noteCleaningAsked(drive, 'errors');
    return [];
  } catch (thrown) {
    const { code, message } = asColdframeError(thrown);
    return [{ code, path: vault.dir, message: `that a drive may want to be cleaned could not be noted: ${message}` }];
  }
};
