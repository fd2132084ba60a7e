import { constants, opendirSync } from 'node:fs';
import type { ByteString } from '../../../shared/byte-string.ts';
import type { DestinationFiles } from '../destination-files-interface.ts';
import { isErrno } from '../errno.ts';
import { AT_FDCWD, pathOfDescriptor, procPath } from './calling.ts';
import { nextData, nextHole, setLength, syncFile, syncFileSystem } from './content.ts';
import {
  readExtendedAttributes,
  removeExtendedAttribute,
  setExtendedAttribute,
  setExtendedAttributeOf,
} from './extended-attributes.ts';
import { readFileFlags, setFileFlags } from './file-flags.ts';
import { makeHardLink, makeSymbolicLink, readLink, renameAt, renameWithoutReplacing, unlinkAt } from './links.ts';
import { listDirectory } from './list.ts';
import {
  changeMode,
  changeModeOf,
  changeOwner,
  changeOwnerOf,
  makeDirectory,
  makeNode,
  setModified,
  setModifiedOf,
} from './make.ts';
import { closeFd, O_PATH, openAt, openForReading, openIfThere } from './open.ts';
import { statAt, statFd } from './stat.ts';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const SELF = '.' as ByteString;

/** Directories are descriptors (O_PATH): names are looked up in them whatever becomes of the path that led there. */
export const linuxDestinationFiles: DestinationFiles = {
  name: 'linux',
  limits: [],
  openRoot: (path) => openAt(AT_FDCWD, path, O_PATH | O_DIRECTORY),
  openDirectory: (parent, name) => openAt(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW),
  openDirectoryIfThere: (parent, name) => openIfThere(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW),
  makeDirectory,
  pathOf: pathOfDescriptor,
  firstName: (_root, name) => name,
  list: (directory, each) => opened(directory, (fd) => listDirectory(fd, (name) => each(name))),
  isEmpty,
  statAt,
  readLink,
  makeSymbolicLink,
  makeNode,
  makeHardLink,
  renameAt,
  renameWithoutReplacing,
  unlinkAt,
  createFile: (directory, name, mode) => openAt(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode),
  openForWriting: (directory, name) => openAt(directory, name, O_WRONLY | O_NOFOLLOW),
  openForReading,
  openForDressing: (directory, name) => openAt(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
  statFd,
  setLength,
  nextData,
  nextHole,
  closeFd,
  closeWritten: closeFd,
  changeOwnerOf,
  changeModeOf,
  setModifiedOf,
  setExtendedAttributeOf,
  readFileFlags,
  setFileFlags,
  readExtendedAttributes,
  setExtendedAttribute,
  removeExtendedAttribute,
  changeOwner,
  changeMode: changeOwnMode,
  setModified,
  syncAll: (root) => {
    opened(root, syncFileSystem);
    return true;
  },
  syncDirectory: (directory) => opened(directory, syncFile),
};

/** A descriptor of the directory that more can be asked of than of one that only leads to names. */
function opened(directory: number, body: (fd: number) => void): void {
  const fd = openAt(directory, SELF, O_RDONLY | O_DIRECTORY);
  try {
    body(fd);
  } finally {
    closeFd(fd);
  }
}

function isEmpty(directory: number): boolean {
  try {
    using listing = opendirSync(procPath(directory, ''), { bufferSize: 1 });
    return listing.readSync() === null;
  } catch (error) {
    // Not allowed to look: then it is not ours to change either.
    if (isErrno(error, 'EACCES', 'EPERM')) return false;
    throw error;
  }
}

/** Changes the mode of exactly what the name stands for now: chmod by name would follow a link that someone put there. */
function changeOwnMode(directory: number, name: ByteString, mode: number): void {
  if (name === SELF) {
    changeMode(directory, name, mode);
    return;
  }
  const fd = openAt(directory, name, O_PATH | O_NOFOLLOW);
  try {
    changeMode(AT_FDCWD, procPath(fd, '') as ByteString, mode);
  } finally {
    closeFd(fd);
  }
}
