import { type ByteString, joinBytes } from '../../../shared/byte-string.ts';
import { ELEMENT_TYPES, type ElementAttributes, type ElementType } from '../../../shared/model/element.ts';
import { FileStat, TYPE_FILE } from '../../platform/file-stat.ts';
import type { OpenDirectory, SourceFiles } from '../../platform/source-files.ts';
import { attributesOf } from './attributes.ts';
import { identityOf } from './identity-writer.ts';

/** Times within this span before the walk may still be given to a later change: FAT keeps 2 s, network clocks differ. */
const RACY_MS = 2000;
const EMPTY = '' as ByteString;

/**
 * The entry that a walk is at. One object is moved from entry to entry: take what you keep, before the visitor's method
 * returns. Reading attributes or opening the file is done relative to the directory that is open, whatever became of its path.
 */
export class EntryCursor {
  readonly stat = new FileStat();
  name: ByteString = EMPTY;
  /** Devices of file systems on which something may be pending still, so that changes there need not show. */
  readonly unflushedDevices = new Set<number>();
  readonly #files: SourceFiles;
  #path: ByteString | null = null;
  #parent: ByteString = EMPTY;
  #directory: OpenDirectory | null = null;
  #local: ByteString = EMPTY;

  constructor(files: SourceFiles) {
    this.#files = files;
  }

  /** For the walk: moves to an entry of an open directory. */
  moveToEntry(directory: OpenDirectory, parent: ByteString, name: ByteString): void {
    this.name = name;
    this.#parent = parent;
    this.#path = null;
    this.#directory = directory;
    this.#local = name;
  }

  /** For the walk: moves to a directory that is open itself. */
  moveToDirectory(directory: OpenDirectory, path: ByteString, name: ByteString): void {
    this.name = name;
    this.#path = path;
    this.#directory = directory;
    this.#local = EMPTY;
  }

  get path(): ByteString {
    this.#path ??= joinBytes(this.#parent, this.name);
    return this.#path;
  }

  get type(): ElementType {
    return ELEMENT_TYPES[this.stat.type] ?? 'file';
  }

  /** Bytes of content: 0 for everything but a file. */
  get size(): number {
    return this.stat.type === TYPE_FILE ? this.stat.size : 0;
  }

  get inode(): number {
    return this.stat.inode;
  }

  get device(): number {
    return this.stat.device;
  }

  get links(): number {
    return this.stat.links;
  }

  /** The bytes by which a later walk knows that nothing changed; see identity.ts. Valid until the next call. */
  identity(): Uint8Array {
    return identityOf(this.stat);
  }

  /** Whether a change of its content, made through memory that a program maps, need not show in its timestamps. */
  get unflushed(): boolean {
    return this.unflushedDevices.size > 0 && this.size > 0 && this.unflushedDevices.has(this.stat.device);
  }

  /**
   * Whether a change after the copy could leave the same timestamps behind: the clock that stamps files ticks coarsely, so
   * one that was changed at about the time we began may change again within the same tick. An equal identity then proves
   * nothing, and the next backup has to read the content again. So has it where what was pending could not be written
   * out. `began` is wall time in milliseconds.
   */
  racy(began: number): boolean {
    if (this.unflushed) return true;
    const { changedSeconds, changedNanos, modifiedSeconds, modifiedNanos } = this.stat;
    const limit = began - RACY_MS;
    return changedSeconds * 1000 + changedNanos / 1e6 > limit || modifiedSeconds * 1000 + modifiedNanos / 1e6 > limit;
  }

  /** Everything known of the element; see `attributesOf`. With `began` it is marked when it is racy. */
  attributes(began?: number, fd: number | null = null): ElementAttributes {
    const found = attributesOf(this.#opened(), this.#local, this.path, this.stat, this.#files, fd);
    if (began === undefined || !this.racy(began)) return found;
    return { ...found, marks: { ...found.marks, racy: true } };
  }

  /**
   * Opens the file for reading: never through a link, never waiting, without touching its access time where we may. The
   * name may have been given to another file since it was listed: compare with `statFile`. Close with `closeFile`.
   */
  openFile(): number {
    return this.#opened().openFile(this.#local);
  }

  #opened(): OpenDirectory {
    if (this.#directory === null) throw new Error('The cursor is at no entry.');
    return this.#directory;
  }
}
