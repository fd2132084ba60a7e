import type { Secrets } from '../../../shared/contract/calls.ts';
import { DEFAULT_SETTINGS } from '../../../shared/contract/default-settings.ts';
import type { StoredObject } from '../store/object-table.ts';
import { retainAfterBackup } from './automatic-retention.ts';
import { type ConsoleParts, NOBODY } from './parts.ts';
import { runVerifyJobs } from './restore.ts';

/**
 * What follows a backup by itself, as jobs of their own: what it wrote is read back, if the object is to be treated so, and then sets expire that no
 * rule holds. While what was written is not right, none does. Whatever comes of it, the backup is done.
 */
export const followBackup = (parts: ConsoleParts, object: StoredObject, set: string, secrets: Secrets): void => {
  if (!isToBeVerified(parts, object)) {
    retainAfterBackup(parts, object, secrets);
    return;
  }
  const work = runVerifyJobs(parts, { ...NOBODY, secrets }, { sets: [set], written: true }).then(
    ({ damaged, missingTapes }) => {
      if (damaged.length === 0 && missingTapes.length === 0) retainAfterBackup(parts, object, secrets);
    },
    // It is in the list of jobs how it failed.
    () => undefined,
  );
  parts.board.hold(work);
};

const isToBeVerified = ({ store }: ConsoleParts, { id }: StoredObject): boolean => {
  try {
    return store.settings.of(id).verifyAfterBackup;
  } catch {
    // The database cannot be read for the moment.
    return DEFAULT_SETTINGS.verifyAfterBackup;
  }
};
