import { constants, realpathSync } from 'node:fs';
import { type ByteString, byteStringOf, bytesOf, displayText } from '../../../shared/byte-string.ts';
import { errnoOf, ioError, isErrno } from '../errno.ts';
import { FileStat } from '../file-stat.ts';
import type { DirectoryUse, OpenDirectory, SourceFiles } from '../source-files-interface.ts';
import { forgetAccounts, groupName, userName } from './accounts.ts';
import { failure, nameAddress, PATH_MAX } from './calling.ts';
import { syncFileSystem } from './content.ts';
import { readExtendedAttributes, readExtendedAttributesOf } from './extended-attributes.ts';
import { readFileFlags } from './file-flags.ts';
import { libc } from './libc.ts';
import { readLink } from './links.ts';
import { DT_DIR, DT_UNKNOWN, listDirectory } from './list.ts';
import { closeFd, O_PATH, openDirectory, openDirectoryBeneath, openForReading } from './open.ts';
import { statAddress, statAt, statFd } from './stat.ts';

const ENOENT = 2;
const FLAGS = { list: constants.O_RDONLY, search: O_PATH } as const;
const scratch = new FileStat();

/** A directory by its descriptor: names are looked up in it whatever becomes of the path that led there. */
class LinuxDirectory implements OpenDirectory {
  readonly #fd: number;
  #listed = 0;
  #listedName = '' as ByteString;

  constructor(fd: number) {
    this.#fd = fd;
  }

  stat(into: FileStat): void {
    statFd(this.#fd, into);
  }

  list(each: (name: ByteString, directory: boolean | null) => void): void {
    listDirectory(this.#fd, (name, type, address) => {
      this.#listed = address;
      this.#listedName = name;
      each(name, type === DT_UNKNOWN ? null : type === DT_DIR);
    });
  }

  statListed(into: FileStat): boolean {
    if (statAddress(this.#fd, this.#listed, into) >= 0) return true;
    const errno = libc().errno();
    if (errno === ENOENT) return false;
    throw failure('stat', errno, this.#fd, this.#listedName);
  }

  has(name: ByteString): boolean {
    return statAddress(this.#fd, nameAddress(name), scratch) >= 0;
  }

  statEntry(name: ByteString, into: FileStat): void {
    statAt(this.#fd, name, into);
  }

  openDirectory(name: ByteString, use: DirectoryUse = 'list'): OpenDirectory {
    return new LinuxDirectory(openDirectoryBeneath(this.#fd, name, FLAGS[use]));
  }

  openFile(name: ByteString): number {
    return openForReading(this.#fd, name);
  }

  readLink(name: ByteString): ByteString {
    return readLink(this.#fd, name);
  }

  extendedAttributes(name: ByteString): ReturnType<OpenDirectory['extendedAttributes']> {
    return readExtendedAttributes(this.#fd, name);
  }

  fileFlags(name: ByteString): number | null {
    if (name === '') return readFileFlags(this.#fd);
    try {
      const fd = openForReading(this.#fd, name);
      try {
        return readFileFlags(fd);
      } finally {
        closeFd(fd);
      }
    } catch (error) {
      if (isErrno(error, 'EMFILE', 'ENFILE', 'ENOMEM')) throw error;
      return null;
    }
  }

  flush(name: ByteString): void {
    const fd = name === '' ? this.#fd : openForReading(this.#fd, name);
    try {
      syncFileSystem(fd);
    } finally {
      if (name !== '') closeFd(fd);
    }
  }

  close(): void {
    closeFd(this.#fd);
  }
}

export const linuxSourceFiles: SourceFiles = {
  name: 'linux',
  limits: [],
  openDirectory: (path, use = 'list') => new LinuxDirectory(openDirectory(path, FLAGS[use])),
  resolve,
  forgetAccounts,
  userName,
  groupName,
  statFile: statFd,
  fileFlagsOf: readFileFlags,
  extendedAttributesOf: readExtendedAttributesOf,
  closeFile: closeFd,
};

/** Resolves symbolic links; a path that is too long for the system to resolve has to be free of them anyway. */
function resolve(path: ByteString): ByteString {
  if (path.length >= PATH_MAX) {
    closeFd(openDirectory(path));
    return path;
  }
  try {
    return byteStringOf(realpathSync.native(Buffer.from(bytesOf(path)), { encoding: 'buffer' }));
  } catch (error) {
    throw ioError('realpath', errnoOf(error) ?? 'EIO', displayText(path), error);
  }
}
