import type { ByteString } from '../../shared/byte-string.ts';
import type { ExtendedAttribute } from '../../shared/model/element.ts';
import type { FileStat } from './file-stat.ts';

/**
 * Reading a source, one implementation per system. Nothing here follows a symbolic link below the path that a directory
 * was opened with, changes anything (access times where the system lets us), or waits for a FIFO. All calls are
 * synchronous and throw `IO`.
 */
export interface SourceFiles {
  readonly name: 'linux' | 'portable';
  /** Sentences for `doctor`: what this system's layer cannot keep. */
  readonly limits: readonly string[];
  /** Opens a directory by absolute path of any length; its last part must not be a symbolic link. */
  openDirectory(path: ByteString, use?: DirectoryUse): OpenDirectory;
  /** The same path with every symbolic link in it resolved. */
  resolve(path: ByteString): ByteString;
  /** Names of owner and group, '' when they have none. */
  /** Names of users and groups are looked up anew from here on: they come and go between jobs. */
  forgetAccounts(): void;
  userName(uid: number): string;
  groupName(gid: number): string;
  /** Fills in what an open file is: whoever opened a name asks whether it is still the file that was listed. */
  statFile(fd: number, into: FileStat): void;
  /** Of an open file, like those of `OpenDirectory`: cheaper where it is open anyway. */
  fileFlagsOf(fd: number): number | null;
  extendedAttributesOf(fd: number): readonly ExtendedAttribute[];
  closeFile(fd: number): void;
}

/** What a directory is opened for: to `search` it is to look names up in it, for which it need not be readable. */
export type DirectoryUse = 'list' | 'search';

/** A directory that stays the same one while it is renamed or replaced (on Linux; elsewhere as good as paths are). */
export interface OpenDirectory {
  /** Fills in what the directory itself is. */
  stat(into: FileStat): void;
  /**
   * Gives every entry but `.` and `..` in the directory's own order. `directory` is null when the system did not say what
   * it is. Within `each`, and not later, `statListed` answers for that entry without naming it again. Listings do not nest.
   */
  list(each: (name: ByteString, directory: boolean | null) => void): void;
  /** Of the entry that `list` gives at this moment: false when it has vanished. */
  statListed(into: FileStat): boolean;
  /** Whether there is an entry of this name, of any type; false also when we may not know. */
  has(name: ByteString): boolean;
  statEntry(name: ByteString, into: FileStat): void;
  openDirectory(name: ByteString, use?: DirectoryUse): OpenDirectory;
  /** A descriptor for `fs.readSync` and `closeFile`. Fails if it is a symbolic link. */
  openFile(name: ByteString): number;
  readLink(name: ByteString): ByteString;
  /** '' is the directory itself, here and below. */
  extendedAttributes(name: ByteString): readonly ExtendedAttribute[];
  /** The FS_IOC_GETFLAGS word of a file or directory, null where there is none or it may not be opened. */
  fileFlags(name: ByteString): number | null;
  /** Writes out what is pending on the file system that a directory or regular file lies on, where the system can. */
  flush(name: ByteString): void;
  close(): void;
}
