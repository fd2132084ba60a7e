import { type ByteString, baseOf, joinBytes, parentOf } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { Selection } from '../../../shared/model/selection.ts';
import { errnoOf, isErrno } from '../../platform/errno.ts';
import { TYPE_DIRECTORY } from '../../platform/file-stat.ts';
import { type OpenDirectory, type SourceFiles, sourceFiles } from '../../platform/source-files.ts';
import { EntryCandidate } from './candidate.ts';
import { EntryCursor } from './cursor.ts';
import { type CountLimits, countBeneath, countDirectory, type Tally } from './left-out.ts';
import { noRoots, type Root, rootNamesByParent, rootsOf } from './roots.ts';
import { compileRules, type Rules } from './rules.ts';
import { isTaggedCache } from './signatures.ts';
import { GuardedVisitor, type Visitor, VisitorFailure } from './visitor.ts';

export interface WalkRequest {
  readonly selection: Selection;
  /** Folders of ours that no backup may contain: resolved absolute paths of vaults and home. */
  readonly own?: readonly ByteString[];
  /** Asked at each directory; true ends the walk. */
  readonly stopped?: () => boolean;
  readonly files?: SourceFiles;
}

/**
 * Walks the roots of a selection, depth first: a directory, then its other entries, then its subdirectories. Follows no
 * symbolic link, leaves no file system unless the root says so, gives each element once. Returns false when it was stopped.
 * Throws NO_SUCH_PATH when none of the roots is there, USAGE for a bad exclusion.
 */
export function walk(request: WalkRequest, visitor: Visitor): boolean {
  try {
    return new Walk(request, new GuardedVisitor(visitor)).run();
  } catch (error) {
    throw error instanceof VisitorFailure ? error.cause : error;
  }
}

/** A directory on the way from the root to where the walk is. */
interface Level {
  readonly directory: OpenDirectory;
  readonly path: ByteString;
  readonly device: number;
  readonly inode: number;
  readonly mount: number;
  readonly subdirectories: ByteString[];
  complete: boolean;
}

class Walk {
  readonly #files: SourceFiles;
  readonly #visitor: GuardedVisitor;
  readonly #rules: Rules;
  readonly #roots: readonly Root[];
  readonly #rootNames: ReadonlyMap<ByteString, ReadonlySet<ByteString>>;
  readonly #stopped: () => boolean;
  readonly #cursor: EntryCursor;
  readonly #candidate: EntryCandidate;
  readonly #levels: Level[] = [];
  #root: Root = { path: '/' as ByteString, crossFileSystems: false };

  constructor(request: WalkRequest, visitor: GuardedVisitor) {
    this.#files = request.files ?? sourceFiles();
    this.#visitor = visitor;
    this.#rules = compileRules(request.selection, request.own ?? []);
    this.#roots = rootsOf(request.selection);
    this.#rootNames = rootNamesByParent(this.#roots);
    this.#stopped = request.stopped ?? (() => false);
    this.#cursor = new EntryCursor(this.#files);
    this.#candidate = new EntryCandidate(this.#files);
  }

  run(): boolean {
    let found = 0;
    for (const root of this.#roots) {
      if (this.#stopped()) return false;
      this.#root = root;
      if (this.#walkRoot(root)) found += 1;
      if (this.#stopped()) return false;
    }
    if (found === 0 && this.#roots.length > 0) throw noRoots(this.#roots);
    return true;
  }

  /** Walks one root, a directory or anything else. False when it is not there. */
  #walkRoot(root: Root): boolean {
    if (this.#rules.isOwn(root.path)) {
      this.#leaveOut('vault', () => this.#files.openDirectory(root.path), root.path, null);
      return true;
    }
    let parent: OpenDirectory | null = null;
    try {
      parent = this.#files.openDirectory(parentOf(root.path));
      // The root directory of the system is its own parent, and has no name in it.
      this.#cursor.moveToEntry(parent, parentOf(root.path), baseOf(root.path));
      if (root.path === '/') parent.stat(this.#cursor.stat);
      else parent.statEntry(this.#cursor.name, this.#cursor.stat);
      if (this.#cursor.stat.type !== TYPE_DIRECTORY) this.#emit();
      else this.#descend(parent, parentOf(root.path), baseOf(root.path));
      this.#finishLevels();
      return true;
    } catch (error) {
      if (this.#levels.length > 0 || errnoOf(error) === null) throw error;
      this.#warn(root.path, error);
      return !isErrno(error, 'ENOENT', 'ENOTDIR');
    } finally {
      this.#closeLevels();
      parent?.close();
    }
  }

  /** Goes on until every level that was entered is left again. */
  #finishLevels(): void {
    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      const name = level.subdirectories.pop();
      if (name !== undefined && !this.#stopped()) {
        this.#descend(level.directory, level.path, name);
        continue;
      }
      if (name !== undefined) return;
      this.#levels.pop();
      level.directory.close();
      this.#visitor.leaveDirectory(level.path, level.complete);
    }
  }

  /** Opens a subdirectory and enters it; one that cannot be opened is kept as an element without contents. */
  #descend(parent: OpenDirectory, parentPath: ByteString, name: ByteString): void {
    let directory: OpenDirectory | null = null;
    try {
      directory = parent.openDirectory(name);
      directory.stat(this.#cursor.stat);
    } catch (error) {
      directory?.close();
      this.#closedDirectory(parent, parentPath, name, error);
      return;
    }
    this.#enter(directory, name === '' ? parentPath : joinBytes(parentPath, name), name);
  }

  /** Enters a directory that is open and that `stat` is of: gives it, lists it, puts its subdirectories in line. */
  #enter(directory: OpenDirectory, path: ByteString, name: ByteString): void {
    let kept = false;
    try {
      this.#cursor.moveToDirectory(directory, path, name);
      const { device, inode, mount } = this.#cursor.stat;
      const level: Level = { directory, path, device, inode, mount, subdirectories: [], complete: true };
      const closed = this.#notToBeEntered(level);
      const wanted = this.#visitor.enterDirectory(this.#cursor);
      if (closed !== null || !wanted) {
        this.#visitor.leaveDirectory(path, closed === 'mount');
        return;
      }
      this.#levels.push(level);
      kept = true;
      this.#list(level);
    } finally {
      if (!kept) directory.close();
    }
  }

  /** Why a directory is kept without its contents: a mount that is not crossed, or a loop of mounts. */
  #notToBeEntered(level: Level): 'mount' | 'loop' | null {
    const top = this.#levels[0];
    if (top !== undefined && !this.#root.crossFileSystems) {
      if (level.device !== top.device || level.mount !== top.mount) {
        this.#visitor.notCrossed(level.path);
        return 'mount';
      }
    }
    if (!this.#levels.some(({ device, inode }) => device === level.device && inode === level.inode)) return null;
    this.#visitor.warning({
      code: 'DIRECTORY_LOOP',
      path: level.path,
      message: 'The directory is one of those that it lies in, mounted here again. Its contents are backed up there.',
    });
    return 'loop';
  }

  /** Gives the entries of a directory; subdirectories wait until all are given. */
  #list(level: Level): void {
    const { directory, path, subdirectories } = level;
    const rule = this.#rules.leavesOutContents(path, this.#root.path, () => isTaggedCache(this.#files, directory));
    if (rule !== null) {
      const tally: Tally = { entries: 0, bytes: 0 };
      countBeneath(directory, path, this.#limits(level), tally);
      this.#visitor.leftOut(rule, tally.entries, tally.bytes, path);
      return;
    }
    const roots = this.#rootNames.get(path);
    const { stat } = this.#cursor;
    const excluded: { name: ByteString; rule: string }[] = [];
    this.#candidate.within(directory, path, this.#root.path);
    try {
      directory.list((name, isDirectory) => {
        if (roots?.has(name)) return;
        try {
          this.#cursor.moveToEntry(directory, path, name);
          if (isDirectory !== true && !directory.statListed(stat)) return;
          const isFolder = isDirectory ?? stat.type === TYPE_DIRECTORY;
          const left = this.#rules.leavesOut(this.#candidate.at(name, isFolder));
          if (left !== null && isFolder) excluded.push({ name, rule: left });
          else if (left !== null) this.#visitor.leftOut(left, 1, this.#cursor.size, this.#cursor.path);
          else if (isFolder || stat.type === TYPE_DIRECTORY) subdirectories.push(name);
          else this.#emit();
        } catch (error) {
          this.#unreadableEntry(joinBytes(path, name), error, level);
        }
      });
    } catch (error) {
      level.complete = false;
      this.#warn(path, error);
    }
    for (const { name, rule: by } of excluded) {
      this.#leaveOut(by, () => directory.openDirectory(name), joinBytes(path, name), level);
    }
    subdirectories.reverse();
  }

  /** Gives the entry that the cursor is at. */
  #emit(): void {
    if (this.#cursor.stat.type >= 0) this.#visitor.entry(this.#cursor);
  }

  /** Counts a directory that a rule leaves out, with everything beneath it. */
  #leaveOut(rule: string, open: () => OpenDirectory, path: ByteString, level: Level | null): void {
    const { entries, bytes } = countDirectory(open, path, this.#limits(level));
    this.#visitor.leftOut(rule, entries, bytes, path);
  }

  #limits(level: Level | null): CountLimits {
    const within = level === null || this.#root.crossFileSystems ? null : level;
    return { rootNames: this.#rootNames, within, stopped: this.#stopped };
  }

  /** A directory that cannot be opened: gone, become something else, or forbidden. */
  #closedDirectory(parent: OpenDirectory, parentPath: ByteString, name: ByteString, error: unknown): void {
    if (errnoOf(error) === null) throw error;
    this.#cursor.moveToEntry(parent, parentPath, name);
    try {
      parent.statEntry(name, this.#cursor.stat);
    } catch (second) {
      this.#unreadableEntry(this.#cursor.path, second, this.#levels.at(-1));
      return;
    }
    if (this.#cursor.stat.type !== TYPE_DIRECTORY) {
      this.#emit();
      return;
    }
    const { path } = this.#cursor;
    this.#visitor.enterDirectory(this.#cursor);
    this.#warn(path, error);
    this.#visitor.leaveDirectory(path, false);
  }

  /**
   * What vanished between being listed and being looked at was deleted: that is no error. Anything else is there and was
   * not given, so the directory that it lies in is not complete.
   */
  #unreadableEntry(path: ByteString, error: unknown, level: Level | undefined): void {
    if (errnoOf(error) === null) throw error;
    if (isErrno(error, 'ENOENT')) return;
    if (level !== undefined) level.complete = false;
    this.#warn(path, error);
  }

  /** Tells of what could not be read; anything but the system's errors is passed on. */
  #warn(path: ByteString, error: unknown): void {
    if (errnoOf(error) === null || !(error instanceof ColdframeError)) throw error;
    this.#visitor.warning({ code: 'ELEMENT_UNREADABLE', path, message: error.message });
  }

  #closeLevels(): void {
    for (const { directory } of this.#levels.splice(0)) directory.close();
  }
}
