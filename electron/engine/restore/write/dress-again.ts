import type { ByteString } from '../../../../shared/byte-string.ts';
import { ColdframeError } from '../../../../shared/errors.ts';
import type { ElementAttributes, ExtendedAttribute } from '../../../../shared/model/element.ts';
import { ELEMENT_TYPES } from '../../../../shared/model/element.ts';
import type { DestinationFiles } from '../../../platform/destination-files.ts';
import { isErrno } from '../../../platform/errno.ts';
import { FileStat } from '../../../platform/file-stat.ts';
import { applyAttributes, applyAttributesByName } from './apply-attributes.ts';
import { ACL_ACCESS, ACL_DEFAULT } from './destination.ts';
import type { PlannedElement } from './element-row.ts';
import type { WriteNotes } from './write-notes.ts';

const stat = new FileStat();

/**
 * Gives an element that an earlier run has written its attributes once more. Touches nothing when it has them: some file
 * flags forbid every change. Throws when something else stands there by now.
 */
export const dressAgain = (
  files: DestinationFiles,
  directory: number,
  { name, attributes }: PlannedElement,
  notes: WriteNotes,
): void => {
  if (ELEMENT_TYPES[files.statAt(directory, name, stat).type] !== attributes.type) throw gone(attributes);
  const found = attributesAt(files, directory, name);
  const surplus = found.filter(
    (one) => isOwn(one) && !attributes.extendedAttributes.some((two) => two.name === one.name),
  );
  if (surplus.length === 0 && isDressed(found, attributes)) return;
  if (attributes.type !== 'file') {
    applyAttributesByName(files, directory, name, attributes, notes);
    return;
  }
  const { inode, device } = stat;
  const fd = files.openForDressing(directory, name);
  try {
    files.statFd(fd, stat);
    if (stat.inode !== inode || stat.device !== device) throw gone(attributes);
    for (const each of surplus) remove(files, directory, name, each, attributes, notes);
    applyAttributes(files, fd, attributes, false, notes);
  } finally {
    files.closeFd(fd);
  }
};

const isOwn = ({ name }: ExtendedAttribute): boolean =>
  name.startsWith('user.') || name === ACL_ACCESS || name === ACL_DEFAULT;

const isDressed = (found: readonly ExtendedAttribute[], wanted: ElementAttributes): boolean =>
  stat.uid === wanted.uid &&
  stat.gid === wanted.gid &&
  (wanted.type === 'symlink' || stat.mode === wanted.mode) &&
  stat.modifiedSeconds === wanted.modifiedAt.seconds &&
  stat.modifiedNanos === wanted.modifiedAt.nanos &&
  wanted.extendedAttributes.every((one) =>
    found.some((two) => two.name === one.name && Buffer.compare(two.value, one.value) === 0),
  );

const attributesAt = (files: DestinationFiles, directory: number, name: ByteString): readonly ExtendedAttribute[] => {
  try {
    return files.readExtendedAttributes(directory, name);
  } catch (error) {
    // Not readable by this user: then those that are wanted are set again.
    if (isErrno(error, 'EACCES', 'EPERM')) return [];
    throw error;
  }
};

const remove = (
  files: DestinationFiles,
  directory: number,
  name: ByteString,
  attribute: ExtendedAttribute,
  { path }: ElementAttributes,
  notes: WriteNotes,
): void => {
  try {
    files.removeExtendedAttribute(directory, name, attribute.name);
  } catch (error) {
    if (!isErrno(error, 'EPERM', 'EACCES', 'EOPNOTSUPP')) throw error;
    notes.loss('surplus extended attributes', path, error);
  }
};

const gone = ({ path }: ElementAttributes): ColdframeError =>
  new ColdframeError('DESTINATION_TAKEN', {
    message: 'What an earlier run had written there was replaced by something else meanwhile; it was left alone.',
    guidance: 'Run the restore again, and say what to do with what is there.',
    context: { path },
  });
