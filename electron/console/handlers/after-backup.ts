import type { Secrets } from '../../../shared/contract/calls.ts';
import { DEFAULT_SETTINGS } from '../../../shared/contract/default-settings.ts';
import { outcomeOfVerify } from '../../../shared/model/check-outcome.ts';
import type { StoredObject } from '../store/object-table.ts';
import { retainAfterBackup } from './automatic-retention.ts';
import { type ConsoleParts, NOBODY } from './parts.ts';
import { runVerifyJobs } from './restore.ts';

/**
 * What follows a backup, or a merge where sets are to be read back, by itself, as jobs of their own: what it wrote is read back, if the object is to
 * be treated so, and then sets expire that no rule holds. While what was written is not right, none does. Whatever comes of it, the set is done.
 */
export const followBackup = (parts: ConsoleParts, object: StoredObject, set: string, secrets: Secrets): void => {
  if (!isToBeVerified(parts, object)) {
    retainAfterBackup(parts, object, set, secrets);
    return;
  }
  const work = runVerifyJobs(parts, { ...NOBODY, secrets }, { sets: [set], written: true }).then(
    (found) => {
      if (outcomeOfVerify(found) === 'right') retainAfterBackup(parts, object, set, secrets);
    },
    // It is in the list of jobs how it failed.
    () => undefined,
  );
  parts.board.hold(work);
};

/** A merged set takes the place of all that it was made of: where sets are read back, it is before those go. */
export const followMerge = (parts: ConsoleParts, object: StoredObject, set: string, secrets: Secrets): void => {
  if (isToBeVerified(parts, object)) followBackup(parts, object, set, secrets);
};

const isToBeVerified = ({ store }: ConsoleParts, { id }: StoredObject): boolean => {
  try {
    return store.settings.of(id).verifyAfterBackup;
  } catch {
    // The database cannot be read for the moment.
    return DEFAULT_SETTINGS.verifyAfterBackup;
  }
};
