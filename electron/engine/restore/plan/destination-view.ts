import { constants, opendirSync } from 'node:fs';
import type { ByteString } from '../../../../shared/byte-string.ts';
import { isErrno } from '../../../platform/errno.ts';
import { type FileStat, TYPE_DIRECTORY } from '../../../platform/file-stat.ts';
import { closeFd, listDirectory, O_PATH, openAt, procPath, statAt } from '../../../platform/linux/index.ts';
import type { Standing } from './conflict.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

/** Opens a directory of the destination by one name, for looking at it; never through a symbolic link. */
export const viewDirectory = (parent: number, name: ByteString): number =>
  openAt(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW);

/** What stands at a name; `stat` is filled in when something does. */
export const standingAt = (directory: number, name: ByteString, stat: FileStat): Standing => {
  try {
    statAt(directory, name, stat);
  } catch (error) {
    // ENAMETOOLONG: nothing of this name can stand there, and making it will say so.
    if (isErrno(error, 'ENOENT', 'ENAMETOOLONG')) return 'nothing';
    throw error;
  }
  return stat.type === TYPE_DIRECTORY ? 'directory' : 'other';
};

/** Whether an open directory has no entries. */
export const isEmptyDirectory = (fd: number): boolean => {
  try {
    using listing = opendirSync(procPath(fd, ''), { bufferSize: 1 });
    return listing.readSync() === null;
  } catch (error) {
    // Not allowed to look: then it is not ours to change either.
    if (isErrno(error, 'EACCES', 'EPERM')) return false;
    throw error;
  }
};

/** Names in a directory that begin with one of the prefixes. */
export const namesWithPrefix = (fd: number, prefixes: readonly string[]): ByteString[] => {
  const found: ByteString[] = [];
  const listing = openAt(fd, '.' as ByteString, O_RDONLY | O_DIRECTORY);
  try {
    listDirectory(listing, (name) => {
      if (prefixes.some((prefix) => name.startsWith(prefix))) found.push(name);
    });
  } finally {
    closeFd(listing);
  }
  return found;
};
