import type { ByteString } from '../../../../shared/byte-string.ts';
import type { DestinationFiles } from '../../../platform/destination-files.ts';
import { isErrno } from '../../../platform/errno.ts';
import { type FileStat, TYPE_DIRECTORY } from '../../../platform/file-stat.ts';
import type { Standing } from './conflict.ts';

/** What stands at a name; `stat` is filled in when something does. */
export const standingAt = (files: DestinationFiles, directory: number, name: ByteString, stat: FileStat): Standing => {
  try {
    files.statAt(directory, name, stat);
  } catch (error) {
    // ENAMETOOLONG: nothing of this name can stand there, and making it will say so.
    if (isErrno(error, 'ENOENT', 'ENAMETOOLONG')) return 'nothing';
    throw error;
  }
  return stat.type === TYPE_DIRECTORY ? 'directory' : 'other';
};

/** Names in a directory that begin with one of the prefixes. */
export const namesWithPrefix = (
  files: DestinationFiles,
  directory: number,
  prefixes: readonly string[],
): ByteString[] => {
  const found: ByteString[] = [];
  files.list(directory, (name) => {
    if (prefixes.some((prefix) => name.startsWith(prefix))) found.push(name);
  });
  return found;
};
