import type { ByteString } from '../../shared/byte-string.ts';
import type { ExtendedAttribute, Timestamp } from '../../shared/model/element.ts';
import type { FileStat } from './file-stat.ts';

/** What cannot be opened and is made as a node. */
export type NodeType = 'fifo' | 'socket' | 'chardev' | 'blockdev';

/**
 * Writing a destination, one implementation per system. Directories and files that are open are numbers: a file's is a
 * descriptor that `node:fs` takes, a directory's means something here alone. Names are single names in a directory that is
 * open; `.` is the directory itself where it says so. No call goes through a symbolic link beneath the root. All calls are
 * synchronous and throw `IO` or `DISK_FULL`; what a system cannot do is `EOPNOTSUPP`.
 */
export interface DestinationFiles {
  readonly name: 'linux' | 'portable';
  /** Sentences for `doctor`: what this system's layer cannot bring back. */
  readonly limits: readonly string[];

  /** Opens the directory that the user named: links in his path are his. */
  openRoot(path: ByteString): number;
  /** `ENOTDIR` or `ELOOP` when it is something else, a symbolic link to a directory included. */
  openDirectory(parent: number, name: ByteString): number;
  /** The same for what may well be missing: null then. */
  openDirectoryIfThere(parent: number, name: ByteString): number | null;
  makeDirectory(parent: number, name: ByteString, mode: number): void;
  /** For messages: where the directory is, as far as the system still knows. */
  pathOf(directory: number): ByteString | null;
  /** The first name of a path below a root: a drive becomes a folder there, where systems have drives. */
  firstName(root: ByteString, name: ByteString): ByteString;
  list(directory: number, each: (name: ByteString) => void): void;
  /** False also when we may not look. */
  isEmpty(directory: number): boolean;

  statAt(directory: number, name: ByteString, into: FileStat): FileStat;
  readLink(directory: number, name: ByteString): ByteString;
  makeSymbolicLink(directory: number, name: ByteString, to: ByteString): void;
  makeNode(directory: number, name: ByteString, type: NodeType, mode: number, major: number, minor: number): void;
  makeHardLink(fromDirectory: number, from: ByteString, directory: number, name: ByteString): void;
  /** Moves a name over what is there; over a directory never. */
  renameAt(fromDirectory: number, from: ByteString, directory: number, name: ByteString): void;
  /** Moves a name only if nothing is there: `EEXIST` else. In one step where the system can. */
  renameWithoutReplacing(fromDirectory: number, from: ByteString, directory: number, name: ByteString): void;
  /** Removes a name that is not a directory. */
  unlinkAt(directory: number, name: ByteString): void;

  /** A new file for writing; `EEXIST` when something stands there. */
  createFile(directory: number, name: ByteString, mode: number): number;
  openForWriting(directory: number, name: ByteString): number;
  /** Without waiting for anyone, and without a trace where we may. */
  openForReading(directory: number, name: ByteString): number;
  /** Opens a file, or `.`, for the calls that end in `Of`. */
  openForDressing(directory: number, name: ByteString): number;
  statFd(opened: number, into: FileStat): FileStat;
  /** Sets the length; what is added reads as zeros and is a hole where the file system has holes. */
  setLength(file: number, length: number): void;
  /** Null when nothing follows, undefined when the system cannot say. */
  nextData(file: number, offset: number): number | null | undefined;
  nextHole(file: number, offset: number): number | null | undefined;
  closeFd(opened: number): void;
  /** Closes a file that is whole, after making durable what `syncAll` will not. */
  closeWritten(file: number): void;

  changeOwnerOf(opened: number, uid: number, gid: number): void;
  changeModeOf(opened: number, mode: number): void;
  setModifiedOf(opened: number, modifiedAt: Timestamp): void;
  setExtendedAttributeOf(opened: number, attribute: ExtendedAttribute): void;
  /** Null where there are none. */
  readFileFlags(opened: number): number | null;
  setFileFlags(opened: number, flags: number): void;

  /** Of exactly what the name stands for, here and below; '' and `.` are the directory itself. */
  readExtendedAttributes(directory: number, name: ByteString): readonly ExtendedAttribute[];
  setExtendedAttribute(directory: number, name: ByteString, attribute: ExtendedAttribute): void;
  removeExtendedAttribute(directory: number, name: ByteString, key: string): void;
  changeOwner(directory: number, name: ByteString, uid: number, gid: number): void;
  /** Never for a symbolic link, which has no mode of its own. */
  changeMode(directory: number, name: ByteString, mode: number): void;
  setModified(directory: number, name: ByteString, modifiedAt: Timestamp): void;

  /** Makes all of the file system durable. False where the system cannot: then each directory wants `syncDirectory`. */
  syncAll(root: number): boolean;
  syncDirectory(directory: number): void;
}
