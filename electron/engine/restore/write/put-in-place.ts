import type { ByteString } from '../../../../shared/byte-string.ts';
import type { ConflictPolicy } from '../../../../shared/contract/restore.ts';
import type { DestinationFiles } from '../../../platform/destination-files.ts';
import { isErrno } from '../../../platform/errno.ts';
import { otherName } from '../plan/conflict.ts';
import { ELEMENT_ACTION } from '../plan/plan-store.ts';
import type { PlannedElement } from './element-row.ts';
import type { WriteNotes } from './write-notes.ts';

/**
 * Gives a finished temporary file its final name, in one step. What the plan did not see there is treated by the policy;
 * a directory is never removed. Returns the name, or null when the element was left out and the temporary file removed.
 */
export const putInPlace = (
  files: DestinationFiles,
  directory: number,
  temporary: ByteString,
  element: PlannedElement,
  policy: ConflictPolicy,
  notes: WriteNotes,
): ByteString | null => {
  const { name, action, attributes } = element;
  try {
    if (action === ELEMENT_ACTION.replace || policy === 'overwrite')
      files.renameAt(directory, temporary, directory, name);
    else files.renameWithoutReplacing(directory, temporary, directory, name);
    return name;
  } catch (error) {
    if (policy === 'rename' && isErrno(error, 'EEXIST')) return underAnotherName(files, directory, temporary, name);
    removeQuietly(files, directory, temporary);
    if (!isErrno(error, 'EEXIST', 'EISDIR', 'ENOTEMPTY')) throw error;
    notes.skipped += 1;
    if (policy !== 'skip')
      notes.warn('DESTINATION_TAKEN', attributes.path, 'Something appeared at its place meanwhile; it was left alone.');
    return null;
  }
};

const underAnotherName = (
  files: DestinationFiles,
  directory: number,
  temporary: ByteString,
  name: ByteString,
): ByteString => {
  for (let n = 1; ; n += 1) {
    const other = otherName(name, n);
    try {
      files.renameWithoutReplacing(directory, temporary, directory, other);
      return other;
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error;
    }
  }
};

/** Removes a temporary file; that it is gone already is fine. */
export const removeQuietly = (files: DestinationFiles, directory: number, name: ByteString): void => {
  try {
    files.unlinkAt(directory, name);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
};
