import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  opendirSync,
  openSync,
  readlinkSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { type ByteString, byteStringOf, bytesOf, displayText } from '../../../shared/byte-string.ts';
import type { Timestamp } from '../../../shared/model/element.ts';
import type { DestinationFiles, NodeType } from '../destination-files-interface.ts';
import { ioError, isErrno } from '../errno.ts';
import type { FileStat } from '../file-stat.ts';
import { calling, fillStat } from './calling-node.ts';
import { cannotMake, destinationLimits } from './destination-limits.ts';
import { moveIfFree, moveOver } from './moving.ts';
import { isDrive, OpenDirectories } from './open-directories.ts';
import { toSystemPath } from './system-path.ts';

/** Windows has only the first four of them, whatever the types say. */
const {
  O_WRONLY,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_NOFOLLOW = 0,
  O_NONBLOCK = 0,
} = constants as typeof constants & {
  readonly O_NOFOLLOW?: number;
  readonly O_NONBLOCK?: number;
};
const SELF = '.' as ByteString;
/** What systems say that do not make folders durable one by one. */
const NO_FOLDER_SYNC = ['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'EOPNOTSUPP', 'EBADF'] as const;

/** Writing by paths with what Node offers everywhere. `platform` is another one than this only in tests of names. */
export class PortableDestinationFiles implements DestinationFiles {
  readonly name = 'portable';
  readonly limits: readonly string[];
  readonly #platform: NodeJS.Platform;
  readonly #directories: OpenDirectories;
  /** Where open files are, for messages. */
  readonly #paths = new Map<number, ByteString>();

  constructor(platform: NodeJS.Platform = process.platform) {
    this.#platform = platform;
    this.#directories = new OpenDirectories(platform);
    this.limits = destinationLimits(platform);
  }

  openRoot(path: ByteString): number {
    return this.#directories.openRoot(path);
  }

  openDirectory(parent: number, name: ByteString): number {
    return this.#directories.open(parent, name);
  }

  openDirectoryIfThere(parent: number, name: ByteString): number | null {
    try {
      return this.#directories.open(parent, name);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return null;
      throw error;
    }
  }

  makeDirectory(parent: number, name: ByteString, mode: number): void {
    calling('mkdir', this.#directories.toMake(parent, name), (at) => mkdirSync(at, { mode }));
    // The way to a destination is no directory of the plan, so nobody else makes it durable.
    if (this.#directories.isRoot(parent)) this.syncDirectory(parent);
  }

  pathOf(directory: number): ByteString | null {
    return this.#directories.pathOf(directory);
  }

  firstName(root: ByteString, name: ByteString): ByteString {
    const drive = this.#platform === 'win32' && root !== '/' && isDrive(name);
    return drive ? (name.slice(0, 1) as ByteString) : name;
  }

  list(directory: number, each: (name: ByteString) => void): void {
    const path = this.#directories.lookUp(directory, SELF);
    // One character a byte: names arrive as they are.
    const entries = calling('opendir', path, (at) =>
      opendirSync(at as string, { encoding: 'latin1' as BufferEncoding }),
    );
    try {
      for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) each(entry.name as ByteString);
    } finally {
      entries.closeSync();
    }
  }

  isEmpty(directory: number): boolean {
    if (this.#platform === 'win32' && this.pathOf(directory) === '/') return false;
    let empty = true;
    try {
      this.list(directory, () => {
        empty = false;
      });
      return empty;
    } catch (error) {
      if (isErrno(error, 'EACCES', 'EPERM')) return false;
      throw error;
    }
  }

  statAt(directory: number, name: ByteString, into: FileStat): FileStat {
    const path = this.#directories.lookUp(directory, name);
    return fillStat(
      into,
      calling('stat', path, (at) => lstatSync(at, { bigint: true })),
    );
  }

  readLink(directory: number, name: ByteString): ByteString {
    const path = this.#directories.lookUp(directory, name);
    const target = calling('readlink', path, (at) => byteStringOf(readlinkSync(at, { encoding: 'buffer' })));
    return this.#platform === 'win32' ? (target.replaceAll('\\', '/') as ByteString) : target;
  }

  makeSymbolicLink(directory: number, name: ByteString, to: ByteString): void {
    const target = this.#platform === 'win32' ? displayText(to).replaceAll('/', '\\') : Buffer.from(bytesOf(to));
    calling('symlink', this.#directories.toMake(directory, name), (at) => symlinkSync(target, at));
  }

  makeNode(directory: number, name: ByteString, type: NodeType): void {
    throw cannotMake(type, this.#directories.toMake(directory, name));
  }

  makeHardLink(fromDirectory: number, from: ByteString, directory: number, name: ByteString): void {
    const source = this.#directories.lookUp(fromDirectory, from);
    const path = this.#directories.toMake(directory, name);
    const isLink = calling('stat', source, (at) => lstatSync(at)).isSymbolicLink();
    // macOS would link what the symbolic link leads to.
    if (isLink && this.#platform !== 'linux') throw ioError('link', 'EOPNOTSUPP', displayText(path));
    calling('link', path, (at) => linkSync(toSystemPath(source), at));
  }

  renameAt(fromDirectory: number, from: ByteString, directory: number, name: ByteString): void {
    moveOver(this.#directories.lookUp(fromDirectory, from), this.#directories.toMake(directory, name));
  }

  renameWithoutReplacing(fromDirectory: number, from: ByteString, directory: number, name: ByteString): void {
    moveIfFree(this.#directories.lookUp(fromDirectory, from), this.#directories.toMake(directory, name));
  }

  unlinkAt(directory: number, name: ByteString): void {
    const path = this.#directories.lookUp(directory, name);
    // POSIX allows EPERM for a directory, and Windows says it.
    if (calling('unlink', path, (at) => lstatSync(at)).isDirectory())
      throw ioError('unlink', 'EISDIR', displayText(path));
    calling('unlink', path, (at) => unlinkSync(at));
  }

  createFile(directory: number, name: ByteString, mode: number): number {
    return this.#openFile(this.#directories.toMake(directory, name), O_WRONLY | O_CREAT | O_EXCL, mode);
  }

  openForWriting(directory: number, name: ByteString): number {
    return this.#openStanding(directory, name, O_WRONLY);
  }

  openForReading(directory: number, name: ByteString): number {
    return this.#openStanding(directory, name, O_RDONLY);
  }

  openForDressing(directory: number, name: ByteString): number {
    return name === SELF ? this.#directories.again(directory) : this.#openStanding(directory, name, O_RDONLY);
  }

  statFd(opened: number, into: FileStat): FileStat {
    if (this.#directories.isDirectory(opened)) return this.statAt(opened, SELF, into);
    return fillStat(
      into,
      this.#ofFile('stat', opened, () => fstatSync(opened, { bigint: true })),
    );
  }

  setLength(file: number, length: number): void {
    this.#ofFile('ftruncate', file, () => ftruncateSync(file, length));
  }

  nextData(): undefined {
    return undefined;
  }

  nextHole(): undefined {
    return undefined;
  }

  closeFd(opened: number): void {
    if (this.#directories.isDirectory(opened)) {
      this.#directories.close(opened);
      return;
    }
    this.#ofFile('close', opened, () => closeSync(opened));
    this.#paths.delete(opened);
  }

  closeWritten(file: number): void {
    try {
      this.#ofFile('fsync', file, () => fsyncSync(file));
    } finally {
      this.closeFd(file);
    }
  }

  changeOwnerOf(opened: number, uid: number, gid: number): void {
    if (this.#directories.isDirectory(opened)) this.changeOwner(opened, SELF, uid, gid);
    else this.#owning(this.#pathOfFile(opened), () => fchownSync(opened, uid, gid));
  }

  changeModeOf(opened: number, mode: number): void {
    if (this.#directories.isDirectory(opened)) this.changeMode(opened, SELF, mode);
    else this.#ofFile('chmod', opened, () => fchmodSync(opened, mode));
  }

  setModifiedOf(opened: number, modifiedAt: Timestamp): void {
    if (this.#directories.isDirectory(opened)) this.setModified(opened, SELF, modifiedAt);
    else this.#ofFile('utimes', opened, () => futimesSync(opened, fstatSync(opened).atime, seconds(modifiedAt)));
  }

  setExtendedAttributeOf(opened: number): never {
    throw ioError('setxattr', 'EOPNOTSUPP', displayText(this.#pathOfFile(opened)));
  }

  readFileFlags(): null {
    return null;
  }

  setFileFlags(opened: number): never {
    throw ioError('set file flags', 'EOPNOTSUPP', displayText(this.#pathOfFile(opened)));
  }

  readExtendedAttributes(): readonly [] {
    return [];
  }

  setExtendedAttribute(directory: number, name: ByteString): never {
    throw ioError('setxattr', 'EOPNOTSUPP', displayText(this.#directories.lookUp(directory, name)));
  }

  removeExtendedAttribute(): void {}

  changeOwner(directory: number, name: ByteString, uid: number, gid: number): void {
    const path = this.#directories.lookUp(directory, name);
    this.#owning(path, () => lchownSync(toSystemPath(path), uid, gid));
  }

  changeMode(directory: number, name: ByteString, mode: number): void {
    const path = this.#directories.lookUp(directory, name);
    const isLink = calling('chmod', path, (at) => lstatSync(at)).isSymbolicLink();
    if (isLink) throw ioError('chmod', 'ELOOP', displayText(path));
    calling('chmod', path, (at) => chmodSync(at, mode));
  }

  setModified(directory: number, name: ByteString, modifiedAt: Timestamp): void {
    const path = this.#directories.lookUp(directory, name);
    calling('utimes', path, (at) => lutimesSync(at, lstatSync(at).atime, seconds(modifiedAt)));
  }

  syncAll(): boolean {
    return false;
  }

  syncDirectory(directory: number): void {
    if (this.#platform === 'win32') return;
    const path = this.#directories.lookUp(directory, SELF);
    try {
      const fd = calling('open', path, (at) => openSync(at, O_RDONLY));
      try {
        calling('fsync', path, () => fsyncSync(fd));
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      if (!isErrno(error, ...NO_FOLDER_SYNC)) throw error;
    }
  }

  /** Opens what stands there if it is no link; a link that comes in between is seen by what was opened. */
  #openStanding(directory: number, name: ByteString, flags: number): number {
    const path = this.#directories.lookUp(directory, name);
    const found = calling('open', path, (at) => lstatSync(at, { bigint: true }));
    if (found.isSymbolicLink()) throw ioError('open', 'ELOOP', displayText(path));
    const fd = this.#openFile(path, flags, 0);
    const { dev, ino } = fstatSync(fd, { bigint: true });
    if (dev === found.dev && ino === found.ino) return fd;
    this.closeFd(fd);
    throw ioError('open', 'ELOOP', displayText(path));
  }

  #openFile(path: ByteString, flags: number, mode: number): number {
    const fd = calling('open', path, (at) => openSync(at, flags | O_NOFOLLOW | O_NONBLOCK, mode));
    this.#paths.set(fd, path);
    return fd;
  }

  #owning(path: ByteString, change: () => void): void {
    // Windows has owners of another kind; Node says nothing and does nothing there.
    if (this.#platform === 'win32') throw ioError('chown', 'EOPNOTSUPP', displayText(path));
    calling('chown', path, change);
  }

  #ofFile<T>(call: string, file: number, body: () => T): T {
    return calling(call, this.#pathOfFile(file), body);
  }

  #pathOfFile(opened: number): ByteString {
    return this.#paths.get(opened) ?? this.#directories.pathOf(opened) ?? (`/descriptor ${opened}` as ByteString);
  }
}

export const portableDestinationFiles: DestinationFiles = new PortableDestinationFiles();

/** As text: of numbers, Node takes a time before 1970 for no time. A double has room for a quarter of a microsecond. */
const seconds = ({ seconds: whole, nanos }: Timestamp): string => String(whole + nanos / 1e9);
