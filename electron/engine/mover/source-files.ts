import fs from 'node:fs';
import { type ByteString, baseOf, parentOf } from '../../../shared/byte-string.ts';
import type { ElementAttributes } from '../../../shared/model/element.ts';
import { errnoOf, isErrno } from '../../platform/errno.ts';
import { FileStat } from '../../platform/file-stat.ts';
import { type OpenDirectory, sourceFiles } from '../../platform/source-files.ts';
import { mapFile } from '../extents/file-map.ts';
import { attributesOf } from '../selection/attributes.ts';
import type { OpenSource, SourceAccess } from './source-access.ts';

/** Directories kept open: files of one directory are mostly copied together. */
const OPEN_DIRECTORIES = 128;

/** The files of this machine, read without following any symbolic link. */
export const sourceAccess = (): SourceAccess => {
  const directories = new OpenDirectories();
  return {
    open(path) {
      try {
        const directory = directories.get(parentOf(path));
        return new OpenFile(path, directory, directory.openFile(baseOf(path)));
      } catch (error) {
        if (isErrno(error, 'ENOENT', 'ENOTDIR')) return { gone: true };
        const errno = errnoOf(error);
        if (errno === null) throw error;
        return { refused: errno };
      }
    },
    close: () => directories.close(),
  };
};

const stat = new FileStat();

class OpenFile implements OpenSource {
  readonly #fd: number;
  readonly #path: ByteString;
  readonly #directory: OpenDirectory;

  constructor(path: ByteString, directory: OpenDirectory, fd: number) {
    this.#path = path;
    this.#directory = directory;
    this.#fd = fd;
  }

  read(into: Buffer, length: number, position: number): number {
    let got = 0;
    while (got < length) {
      const read = fs.readSync(this.#fd, into, got, length - got, position + got);
      if (read === 0) break;
      got += read;
    }
    return got;
  }

  copied(): void {
    // A file may be read by others at any time; nothing is held for us.
  }

  unchanged(since: ElementAttributes): boolean {
    sourceFiles().statFile(this.#fd, stat);
    return (
      stat.changedNanos === since.changedAt.nanos &&
      stat.changedSeconds === since.changedAt.seconds &&
      stat.modifiedNanos === since.modifiedAt.nanos &&
      stat.modifiedSeconds === since.modifiedAt.seconds &&
      stat.size === since.size &&
      stat.inode === since.inode &&
      stat.device === since.device
    );
  }

  attributes(): ElementAttributes {
    sourceFiles().statFile(this.#fd, stat);
    // By the descriptor: the name may be gone by now, or be that of another file.
    const now = attributesOf(this.#directory, baseOf(this.#path), this.#path, stat, sourceFiles(), this.#fd);
    // It is being changed right now: the next backup has to read it again, whatever its timestamps say.
    return { ...now, marks: { ...now.marks, racy: true } };
  }

  runs(start: number, end: number): ReturnType<OpenSource['runs']> {
    const runs: ReturnType<OpenSource['runs']> = [];
    for (const { offset, length, address } of mapFile(this.#fd, end).extents) {
      const from = Math.max(offset, start);
      if (from < offset + length)
        runs.push({
          offset: from,
          length: offset + length - from,
          address: address === null ? null : address + (from - offset),
        });
    }
    return runs;
  }

  close(): void {
    sourceFiles().closeFile(this.#fd);
  }
}

/** Directories by path, the most recently used ones kept open; reached from the root without following a link. */
class OpenDirectories {
  #root: OpenDirectory | null = null;
  readonly #open = new Map<ByteString, OpenDirectory>();

  get(path: ByteString): OpenDirectory {
    this.#root ??= sourceFiles().openDirectory('/' as ByteString, 'search');
    if (path === '/') return this.#root;
    const known = this.#open.get(path);
    if (known) return known;
    if (this.#open.size >= OPEN_DIRECTORIES) this.#closeOldest();
    const directory = this.#root.openDirectory(path.slice(1) as ByteString, 'search');
    this.#open.set(path, directory);
    return directory;
  }

  close(): void {
    for (const directory of this.#open.values()) directory.close();
    this.#open.clear();
    this.#root?.close();
    this.#root = null;
  }

  #closeOldest(): void {
    for (const [path, directory] of this.#open) {
      directory.close();
      this.#open.delete(path);
      return;
    }
  }
}
