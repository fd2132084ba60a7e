import { type ByteString, joinBytes } from '../../../shared/byte-string.ts';
import type { OpenDirectory, SourceFiles } from '../../platform/source-files.ts';
import type { Candidate } from './rules.ts';
import { isSwapArea } from './signatures.ts';

/** The entry that rules are asked about; one object for all entries of a walk. */
export class EntryCandidate implements Candidate {
  name = '' as ByteString;
  directory = false;
  root = '/' as ByteString;
  readonly #files: SourceFiles;
  #parent: OpenDirectory | null = null;
  #parentPath = '/' as ByteString;

  constructor(files: SourceFiles) {
    this.#files = files;
  }

  /** Moves to a directory whose entries are asked about next. */
  within(parent: OpenDirectory, parentPath: ByteString, root: ByteString): void {
    this.#parent = parent;
    this.#parentPath = parentPath;
    this.root = root;
  }

  /** Moves to an entry of it. */
  at(name: ByteString, directory: boolean): this {
    this.name = name;
    this.directory = directory;
    return this;
  }

  path(): ByteString {
    return joinBytes(this.#parentPath, this.name);
  }

  isSwapArea(): boolean {
    return this.#parent !== null && isSwapArea(this.#files, this.#parent, this.name);
  }
}
