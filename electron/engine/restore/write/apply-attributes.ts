import type { ByteString } from '../../../../shared/byte-string.ts';
import type { ElementAttributes } from '../../../../shared/model/element.ts';
import type { DestinationFiles } from '../../../platform/destination-files.ts';
import { isErrno } from '../../../platform/errno.ts';
import { FileStat } from '../../../platform/file-stat.ts';
import { ACL_ACCESS, ACL_DEFAULT } from './destination.ts';
import type { WriteNotes } from './write-notes.ts';

/** setuid and setgid make a program run as its owner: meaningless, and dangerous, with another owner. */
const PLAIN_MODE = 0o1777;
const REFUSALS = ['EPERM', 'EACCES', 'EOPNOTSUPP', 'EINVAL', 'ENOSYS', 'ENODATA', 'E2BIG', 'ERANGE'] as const;

const stat = new FileStat();
const isAcl = (name: string): boolean => name === ACL_ACCESS || name === ACL_DEFAULT;

/** Does one step; a refusal is a loss of its kind and not an error, for the content is worth having without it. */
const tryTo = (step: () => void, kind: string, path: ByteString, notes: WriteNotes): boolean => {
  try {
    step();
    return true;
  } catch (error) {
    if (!isErrno(error, ...REFUSALS)) throw error;
    notes.loss(kind, path, error);
    return false;
  }
};

const namespaceOf = (attribute: string): string =>
  `extended attributes ${attribute.slice(0, attribute.indexOf('.'))}.*`;

/**
 * Gives an open file or directory its attributes, all but the file flags. The order matters: the owner first, for
 * changing it clears setuid and capabilities; user attributes before a mode that forbids writing; ACLs after the mode,
 * which would change them; the time last. `made`: it was just made with its owner and its mode.
 */
export const applyAttributes = (
  files: DestinationFiles,
  fd: number,
  wanted: ElementAttributes,
  hasForeignAcl: boolean,
  notes: WriteNotes,
  made = false,
): void => {
  const { path, uid, gid, mode, extendedAttributes } = wanted;
  if (!made) files.statFd(fd, stat);
  const differs = !made && (stat.uid !== uid || stat.gid !== gid);
  const owned = !differs || tryTo(() => files.changeOwnerOf(fd, uid, gid), 'owner', path, notes);
  for (const attribute of extendedAttributes)
    if (!isAcl(attribute.name))
      tryTo(() => files.setExtendedAttributeOf(fd, attribute), namespaceOf(attribute.name), path, notes);
  const allowed = owned ? mode : mode & PLAIN_MODE;
  if ((!made && stat.mode !== allowed) || (differs && (mode & ~PLAIN_MODE) !== 0))
    tryTo(() => files.changeModeOf(fd, allowed), 'mode', path, notes);
  const acls = extendedAttributes.filter(({ name }) => isAcl(name));
  if (hasForeignAcl && !acls.some(({ name }) => name === ACL_ACCESS))
    tryTo(() => dropAcl(files, fd, allowed), 'ACL', path, notes);
  for (const acl of acls) tryTo(() => files.setExtendedAttributeOf(fd, acl), 'ACL', path, notes);
  tryTo(() => files.setModifiedOf(fd, wanted.modifiedAt), 'time', path, notes);
};

/** An ACL that says no more than the mode: the kernel drops the one there was. */
const dropAcl = (files: DestinationFiles, fd: number, mode: number): void => {
  const value = Buffer.alloc(4 + 3 * 8, 0xff);
  value.writeUInt32LE(2, 0);
  for (const [at, [tag, shift]] of BASE_ENTRIES.entries()) {
    value.writeUInt16LE(tag, 4 + at * 8);
    value.writeUInt16LE((mode >> shift) & 7, 6 + at * 8);
  }
  files.setExtendedAttributeOf(fd, { name: ACL_ACCESS as ByteString, value });
};

/** ACL_USER_OBJ, ACL_GROUP_OBJ, ACL_OTHER and where their bits stand in a mode. */
const BASE_ENTRIES = [
  [1, 6],
  [4, 3],
  [32, 0],
] as const;

/** The same for what cannot be opened (symbolic links, FIFOs, sockets, devices), by a name that only we know. */
export const applyAttributesByName = (
  files: DestinationFiles,
  directory: number,
  name: ByteString,
  wanted: ElementAttributes,
  notes: WriteNotes,
): void => {
  const { path, uid, gid, mode, type, extendedAttributes } = wanted;
  const owned = tryTo(() => files.changeOwner(directory, name, uid, gid), 'owner', path, notes);
  for (const attribute of extendedAttributes)
    if (!isAcl(attribute.name))
      tryTo(() => files.setExtendedAttribute(directory, name, attribute), namespaceOf(attribute.name), path, notes);
  if (type !== 'symlink') {
    tryTo(() => files.changeMode(directory, name, owned ? mode : mode & PLAIN_MODE), 'mode', path, notes);
    for (const attribute of extendedAttributes)
      if (isAcl(attribute.name))
        tryTo(() => files.setExtendedAttribute(directory, name, attribute), 'ACL', path, notes);
  }
  tryTo(() => files.setModified(directory, name, wanted.modifiedAt), 'time', path, notes);
};
