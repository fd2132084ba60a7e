import { closeSync, constants, fstatSync, lstatSync, opendirSync, openSync, readlinkSync, realpathSync } from 'node:fs';
import { type ByteString, byteStringOf, displayText, joinBytes } from '../../../shared/byte-string.ts';
import { ioError, isErrno } from '../errno.ts';
import { type FileStat, TYPE_DIRECTORY, typeOfMode } from '../file-stat.ts';
import type { OpenDirectory, SourceFiles } from '../source-files-interface.ts';
import { calling, fillStat } from './calling-node.ts';
import { fromSystemPath, toSystemPath } from './system-path.ts';

/** A directory by its path: the best that Node offers. Who replaces a parent by a link in between can lead it astray. */
class PortableDirectory implements OpenDirectory {
  readonly #path: ByteString;
  #listed = '' as ByteString;

  constructor(path: ByteString) {
    this.#path = path;
  }

  stat(into: FileStat): void {
    lstat(this.#path, into);
  }

  list(each: (name: ByteString, directory: boolean | null) => void): void {
    const entries = calling('opendir', this.#path, (path) => opendirSync(path as string, { encoding: LATIN1 }));
    try {
      for (;;) {
        const entry = calling('readdir', this.#path, () => entries.readSync());
        if (entry === null) return;
        this.#listed = entry.name as ByteString;
        each(this.#listed, entry.isDirectory());
      }
    } finally {
      entries.closeSync();
    }
  }

  statListed(into: FileStat): boolean {
    try {
      this.statEntry(this.#listed, into);
      return true;
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return false;
      throw error;
    }
  }

  has(name: ByteString): boolean {
    try {
      return lstatSync(toSystemPath(this.#at(name)), { throwIfNoEntry: false }) !== undefined;
    } catch {
      return false;
    }
  }

  statEntry(name: ByteString, into: FileStat): void {
    lstat(this.#at(name), into);
  }

  openDirectory(name: ByteString): OpenDirectory {
    return openDirectory(this.#at(name));
  }

  openFile(name: ByteString): number {
    // Windows has only the first of them, whatever the types say.
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants as Partial<typeof constants>;
    return calling('open', this.#at(name), (path) =>
      openSync(path, (O_RDONLY ?? 0) | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0)),
    );
  }

  readLink(name: ByteString): ByteString {
    return calling('readlink', this.#at(name), (path) => byteStringOf(readlinkSync(path, { encoding: 'buffer' })));
  }

  extendedAttributes(): readonly [] {
    return [];
  }

  fileFlags(): null {
    return null;
  }

  flush(): void {}

  close(): void {}

  #at(name: ByteString): ByteString {
    return name === '' ? this.#path : joinBytes(this.#path, name);
  }
}

/** One character a byte: names arrive as they are. */
const LATIN1: BufferEncoding = 'latin1';

export const portableSourceFiles: SourceFiles = {
  name: 'portable',
  limits: [
    'Extended attributes, access control lists and file flags are not read on this system.',
    'Where files lie on the device is not known on this system: they are read in the order of their names.',
    'Names of owners and groups are not read on this system; their numbers are.',
  ],
  openDirectory,
  resolve: (path) => calling('realpath', path, (at) => fromSystemPath(realpathSync.native(at, { encoding: 'buffer' }))),
  forgetAccounts: () => undefined,
  userName: () => '',
  groupName: () => '',
  statFile: (fd, into) => void fillStat(into, fstatSync(fd, { bigint: true })),
  fileFlagsOf: () => null,
  extendedAttributesOf: () => [],
  closeFile: (fd) => closeSync(fd),
};

/** Checks that a path is a directory and no link to one; it is opened when it is listed. */
function openDirectory(path: ByteString): OpenDirectory {
  const type = typeOfMode(Number(calling('open', path, (at) => lstatSync(at, { bigint: true })).mode));
  if (type !== TYPE_DIRECTORY) throw ioError('open', 'ENOTDIR', displayText(path));
  return new PortableDirectory(path);
}

/** Fills in what a path is, without following it. */
function lstat(path: ByteString, into: FileStat): void {
  fillStat(
    into,
    calling('stat', path, (at) => lstatSync(at, { bigint: true })),
  );
}
