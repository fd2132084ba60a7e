import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  opendirSync,
  openSync,
  readlinkSync,
  realpathSync,
} from 'node:fs';
import { type ByteString, byteStringOf, displayText, joinBytes } from '../../../shared/byte-string.ts';
import { errnoOf, ioError, isErrno } from '../errno.ts';
import { type FileStat, foldInode, TYPE_DIRECTORY, typeOfMode } from '../file-stat.ts';
import type { OpenDirectory, SourceFiles } from '../source-files-interface.ts';
import { fromSystemPath, type SystemPath, toSystemPath } from './system-path.ts';

const BILLION = 1_000_000_000n;

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
  userName: () => '',
  groupName: () => '',
  statFile: (fd, into) => fill(into, fstatSync(fd, { bigint: true })),
  fileFlagsOf: () => null,
  extendedAttributesOf: () => [],
  closeFile: (fd) => closeSync(fd),
  flush: () => undefined,
};

/** Checks that a path is a directory and no link to one; it is opened when it is listed. */
function openDirectory(path: ByteString): OpenDirectory {
  const type = typeOfMode(Number(calling('open', path, (at) => lstatSync(at, { bigint: true })).mode));
  if (type !== TYPE_DIRECTORY) throw ioError('open', 'ENOTDIR', displayText(path));
  return new PortableDirectory(path);
}

/** Fills in what a path is, without following it. */
function lstat(path: ByteString, into: FileStat): void {
  fill(
    into,
    calling('stat', path, (at) => lstatSync(at, { bigint: true })),
  );
}

/** Takes Node's answer apart; bigints keep the nanoseconds. */
function fill(into: FileStat, from: BigIntStats): void {
  const mode = Number(from.mode);
  into.type = typeOfMode(mode);
  into.mode = mode & 0o7777;
  into.uid = Number(from.uid);
  into.gid = Number(from.gid);
  into.links = Number(from.nlink);
  into.size = Number(from.size);
  into.allocated = Number(from.blocks) * 512;
  into.inode = foldInode(Number(from.ino & 0xffffffffn), Number((from.ino >> 32n) & 0xffffffffn));
  into.device = Number(from.dev);
  into.mount = 0;
  into.modifiedSeconds = seconds(from.mtimeNs);
  into.modifiedNanos = Number(from.mtimeNs - BigInt(into.modifiedSeconds) * BILLION);
  into.changedSeconds = seconds(from.ctimeNs);
  into.changedNanos = Number(from.ctimeNs - BigInt(into.changedSeconds) * BILLION);
  into.deviceMajor = Number((from.rdev >> 8n) & 0xfffn);
  into.deviceMinor = Number((from.rdev & 0xffn) | ((from.rdev >> 12n) & 0xfff00n));
}

/** Whole seconds, rounded towards the past, so that nanoseconds are never negative. */
const seconds = (nanos: bigint): number => Number(nanos / BILLION - (nanos % BILLION < 0n ? 1n : 0n));

/** Calls Node and turns its errors into ours. */
function calling<T>(call: string, path: ByteString, body: (path: SystemPath) => T): T {
  try {
    return body(toSystemPath(path));
  } catch (error) {
    throw ioError(call, errnoOf(error) ?? 'EIO', displayText(path), error);
  }
}
