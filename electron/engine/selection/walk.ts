import { type ByteString, baseOf, joinBytes, parentOf } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { Selection } from '../../../shared/model/selection.ts';
import { errnoOf, isErrno } from '../../platform/errno.ts';
import { FileStat, TYPE_DIRECTORY, TYPE_FILE, TYPE_SYMLINK } from '../../platform/file-stat.ts';
import { type OpenDirectory, type SourceFiles, sourceFiles } from '../../platform/source-files.ts';
import { EntryCandidate } from './candidate.ts';
import { EntryCursor } from './cursor.ts';
import { type CountLimits, countBeneath, countDirectory, type Tally } from './left-out.ts';
import { type EarlierMounts, goneMessage, isMountPoint, lacksDisk, type Placed } from './mount-points.ts';
import { PendingWrites } from './pending-writes.ts';
import { closedRoots, isSelected, isWithin, noRoots, type Root, rootNamesByParent, rootsOf } from './roots.ts';
import { compileRules, type Rules } from './rules.ts';
import { isTaggedCache } from './signatures.ts';
import { GuardedVisitor, type Visitor, VisitorFailure } from './visitor.ts';

export interface WalkRequest {
  readonly selection: Selection;
  /** Folders of ours that no backup may contain: resolved absolute paths of vaults and home. */
  readonly own?: readonly ByteString[];
  /** Asked at each directory; true ends the walk. */
  readonly stopped?: () => boolean;
  /** Writes out what is pending on each file system before anything on it is looked at. */
  readonly flush?: boolean;
  /** What was mounted where before. */
  readonly earlier?: EarlierMounts;
  readonly files?: SourceFiles;
}

/**
 * Walks the roots of a selection, depth first: a directory, then its other entries, then its subdirectories. Follows no
 * symbolic link, leaves no file system unless the root says so, gives each element once. Returns false when it was stopped.
 * Throws NO_SUCH_PATH when none of the roots is there, ROOTS_UNREADABLE when none may be opened, USAGE for a bad exclusion.
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
  readonly #pending: PendingWrites;
  readonly #earlier: EarlierMounts | null;
  /** Directories that the last set was made without and that were not come to yet, nor to anything that leaves them out. */
  readonly #unmet: Set<ByteString>;
  readonly #levels: Level[] = [];
  /** Roots that are there and that the system did not let us open. */
  readonly #closedRoots: ByteString[] = [];
  /** Folders of ours by what they are: one may be mounted again under another path. */
  readonly #own: ReadonlySet<string>;
  /** Where the directory lies in which the root is; null for the root directory of the system. */
  #above: Placed | null = null;
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
    this.#earlier = request.earlier ?? null;
    this.#unmet = new Set(request.earlier?.missing.keys());
    this.#own = placesOf(request.own ?? [], this.#files);
    this.#pending = new PendingWrites(request.flush ?? false, this.#cursor, visitor);
  }

  run(): boolean {
    let found = 0;
    for (const root of this.#roots) {
      if (this.#stopped()) return false;
      this.#root = root;
      if (this.#walkRoot(root)) found += 1;
      if (this.#stopped()) return false;
    }
    if (found > 0 || this.#roots.length === 0) {
      this.#tellUnmet();
      return true;
    }
    throw this.#closedRoots.length > 0 ? closedRoots(this.#closedRoots) : noRoots(this.#roots);
  }

  /** What the last set was made without is asked for until it is back or no longer selected, wherever it was. */
  #tellUnmet(): void {
    for (const path of this.#unmet) {
      if (isSelected(path, this.#roots)) this.#gone(path);
    }
  }

  /** Tells of a directory that held something and is not there; false for one of which nothing is known. */
  #gone(path: ByteString): boolean {
    const device = this.#earlier?.heldOn(path) ?? null;
    if (this.#earlier === null || device === null) return false;
    const stays = this.#earlier.stays(path);
    this.#unmet.delete(path);
    this.#visitor.warning({ code: 'NOT_MOUNTED', path, message: goneMessage(stays) });
    if (!stays) this.#visitor.lacking(path, device);
    return true;
  }

  /** What lies at a path or beneath it is no longer selected. */
  #unselected(path: ByteString): void {
    for (const missing of this.#unmet) if (isWithin(missing, path)) this.#unmet.delete(missing);
  }

  /** Walks one root, a directory or anything else. False when it, or its disk, is not there, or it cannot be opened. */
  #walkRoot(root: Root): boolean {
    if (this.#rules.isOwn(root.path)) {
      this.#leaveOut('vault', () => this.#files.openDirectory(root.path), root.path, null);
      return true;
    }
    let parent: OpenDirectory | null = null;
    try {
      parent = this.#files.openDirectory(parentOf(root.path), 'search');
      // The root directory of the system is its own parent, and has no name in it.
      const { stat } = this.#cursor;
      this.#cursor.moveToEntry(parent, parentOf(root.path), baseOf(root.path));
      parent.stat(stat);
      this.#above = root.path === '/' ? null : { device: stat.device, mount: stat.mount };
      if (root.path !== '/') parent.statEntry(this.#cursor.name, stat);
      let there = true;
      if (stat.type === TYPE_SYMLINK) this.#rootIsLink(parent);
      else if (stat.type !== TYPE_DIRECTORY) this.#emit(parent);
      else there = this.#descend(parent, parentOf(root.path), baseOf(root.path));
      this.#finishLevels();
      return there && this.#closedRoots.at(-1) !== root.path;
    } catch (error) {
      if (this.#levels.length > 0 || errnoOf(error) === null) throw error;
      if (!isErrno(error, 'ENOENT', 'ENOTDIR') || !this.#gone(root.path)) this.#warn(root.path, error);
      this.#visitor.passedOver(root.path);
      if (!isErrno(error, 'ENOENT', 'ENOTDIR')) this.#closedRoots.push(root.path);
      return false;
    } finally {
      this.#closeLevels();
      parent?.close();
    }
  }

  /** No root is added as a link, so it was something else then: what it held is not given up for the link. */
  #rootIsLink(parent: OpenDirectory): void {
    const { path } = this.#cursor;
    const stays = this.#earlier?.stays(path) === true && this.#earlier.heldOn(path) !== null;
    const then = stays ? 'what it held stays in the set as it was' : 'the link alone is in the set';
    this.#visitor.warning({
      code: 'ROOT_IS_LINK',
      path,
      message: `is a symbolic link now, and what it leads to is not backed up; ${then}. Name the folder that it leads to instead`,
    });
    if (stays) this.#visitor.passedOver(path);
    else this.#emit(parent);
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

  /**
   * Opens a subdirectory and enters it; one that cannot be opened is kept as an element without contents. False for that
   * one, and for one whose disk is not there.
   */
  #descend(parent: OpenDirectory, parentPath: ByteString, name: ByteString): boolean {
    let directory: OpenDirectory | null = null;
    try {
      directory = parent.openDirectory(name);
      directory.stat(this.#cursor.stat);
    } catch (error) {
      directory?.close();
      return this.#closedDirectory(parent, parentPath, name, error);
    }
    return this.#enter(directory, name === '' ? parentPath : joinBytes(parentPath, name), name);
  }

  /** Enters a directory that is open and that `stat` is of: gives it, lists it, puts its subdirectories in line. */
  #enter(directory: OpenDirectory, path: ByteString, name: ByteString): boolean {
    let kept = false;
    try {
      this.#cursor.moveToDirectory(directory, path, name);
      const { device, inode, mount } = this.#cursor.stat;
      const level: Level = { directory, path, device, inode, mount, subdirectories: [], complete: true };
      if (this.#own.has(placeOf(level))) {
        const tally: Tally = { entries: 1, bytes: 0 };
        countBeneath(directory, path, this.#limits(level), tally);
        this.#visitor.leftOut('vault', tally.entries, tally.bytes, path);
        return true;
      }
      const closed = this.#notToBeEntered(level);
      if (closed === null && !this.#onItsDisk(level)) return false;
      if (closed === null) this.#pending.writeOut(directory, '' as ByteString);
      const wanted = this.#visitor.enterDirectory(this.#cursor);
      if (closed !== null || !wanted) {
        this.#visitor.leaveDirectory(path, closed === 'mount');
        return true;
      }
      this.#levels.push(level);
      kept = true;
      this.#list(level);
      return true;
    } finally {
      if (!kept) directory.close();
    }
  }

  /** False for a directory that is passed over because its disk is not mounted; what is mounted is told of. */
  #onItsDisk({ directory, path, device, mount }: Level): boolean {
    const above = this.#levels.at(-1) ?? this.#above;
    const mounted = above !== null && isMountPoint({ device, mount }, above);
    const root = this.#levels.length === 0;
    const crossing = this.#root.crossFileSystems;
    const lack = this.#earlier && lacksDisk({ path, device, mounted, root, crossing, directory }, this.#earlier);
    this.#unmet.delete(path);
    if (lack) this.#visitor.warning({ code: 'NOT_MOUNTED', path, message: lack.message });
    if (lack && !this.#earlier?.stays(path)) this.#visitor.lacking(path, this.#earlier?.heldOn(path) ?? device);
    if (lack?.passOver) this.#visitor.passedOver(path);
    else if (mounted) this.#visitor.mounted(path);
    else if (!lack && this.#earlier?.wasMounted(path)) this.#visitor.noMount(path);
    return !lack?.passOver;
  }

  /** Why a directory is kept without its contents: a mount that is not crossed, or a loop of mounts. */
  #notToBeEntered(level: Level): 'mount' | 'loop' | null {
    const top = this.#levels[0];
    if (top !== undefined && !this.#root.crossFileSystems) {
      if (level.device !== top.device || level.mount !== top.mount) {
        this.#visitor.notCrossed(level.path);
        this.#unselected(level.path);
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
      this.#unselected(path);
      this.#visitor.leftOut(rule, tally.entries, tally.bytes, path);
      return;
    }
    const roots = this.#rootNames.get(path);
    const { stat } = this.#cursor;
    const excluded: { name: ByteString; rule: string }[] = [];
    this.#candidate.within(directory, path, this.#root.path);
    let listed = false;
    try {
      directory.list((name, isDirectory) => {
        listed = true;
        if (roots?.has(name)) return;
        try {
          this.#cursor.moveToEntry(directory, path, name);
          if (isDirectory !== true && !directory.statListed(stat)) return;
          const isFolder = isDirectory ?? stat.type === TYPE_DIRECTORY;
          const left = this.#rules.leavesOut(this.#candidate.at(name, isFolder));
          if (left !== null && isFolder) excluded.push({ name, rule: left });
          else if (left !== null) this.#visitor.leftOut(left, 1, this.#cursor.size, this.#cursor.path);
          else if (isFolder || stat.type === TYPE_DIRECTORY) subdirectories.push(name);
          else this.#emit(directory);
        } catch (error) {
          this.#unreadableEntry(joinBytes(path, name), error, level);
        }
      });
    } catch (error) {
      level.complete = false;
      if (!listed && this.#levels.length === 1) this.#closedRoots.push(path);
      this.#warn(path, error);
    }
    for (const { name, rule: by } of excluded) {
      this.#leaveOut(by, () => directory.openDirectory(name), joinBytes(path, name), level);
    }
    subdirectories.reverse();
  }

  /** Gives the entry that the cursor is at. A file may be mounted itself, and lie on another file system. */
  #emit(parent: OpenDirectory): void {
    const { name, stat } = this.#cursor;
    if (stat.type === TYPE_FILE) this.#pending.writeOut(parent, name);
    if (this.#cursor.stat.type >= 0) this.#visitor.entry(this.#cursor);
  }

  /** Counts a directory that a rule leaves out, with everything beneath it. */
  #leaveOut(rule: string, open: () => OpenDirectory, path: ByteString, level: Level | null): void {
    this.#unselected(path);
    const { entries, bytes } = countDirectory(open, path, this.#limits(level));
    this.#visitor.leftOut(rule, entries, bytes, path);
  }

  #limits(level: Level | null): CountLimits {
    const within = level === null || this.#root.crossFileSystems ? null : level;
    return { rootNames: this.#rootNames, within, stopped: this.#stopped };
  }

  /** A directory that cannot be opened: gone, forbidden, or become something else, for which true is given. */
  #closedDirectory(parent: OpenDirectory, parentPath: ByteString, name: ByteString, error: unknown): boolean {
    if (errnoOf(error) === null) throw error;
    this.#cursor.moveToEntry(parent, parentPath, name);
    try {
      parent.statEntry(name, this.#cursor.stat);
    } catch (second) {
      this.#unreadableEntry(this.#cursor.path, second, this.#levels.at(-1));
      return false;
    }
    if (this.#cursor.stat.type !== TYPE_DIRECTORY) {
      this.#emit(parent);
      return true;
    }
    const { path } = this.#cursor;
    if (this.#levels.length === 0) this.#closedRoots.push(path);
    this.#visitor.enterDirectory(this.#cursor);
    this.#warn(path, error);
    this.#visitor.leaveDirectory(path, false);
    return false;
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

const placeOf = ({ device, inode }: Pick<Level, 'device' | 'inode'>): string => `${device}:${inode}`;

/** What folders are, whatever their paths; one that is not there is none. */
function placesOf(paths: readonly ByteString[], files: SourceFiles): ReadonlySet<string> {
  const places = new Set<string>();
  const stat = new FileStat();
  for (const path of paths) {
    try {
      const directory = files.openDirectory(path, 'search');
      try {
        directory.stat(stat);
      } finally {
        directory.close();
      }
      // Where the system gives no inode numbers, they say nothing.
      if (stat.inode !== 0) places.add(placeOf(stat));
    } catch (error) {
      if (errnoOf(error) === null) throw error;
    }
  }
  return places;
}
