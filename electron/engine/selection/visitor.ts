import type { ByteString } from '../../../shared/byte-string.ts';
import type { EntryCursor } from './cursor.ts';

export interface WalkWarning {
  readonly code:
    | 'ELEMENT_UNREADABLE'
    | 'TOO_LARGE'
    | 'DIRECTORY_LOOP'
    | 'FLUSH_FAILED'
    | 'NOT_MOUNTED'
    | 'ROOT_IS_LINK';
  readonly path: ByteString;
  readonly message: string;
}

/** Who is told what a walk finds. What a method throws ends the walk, with everything closed. */
export interface Visitor {
  /** A directory, before its entries. False: do not look inside (`leaveDirectory` is called all the same). */
  // biome-ignore lint/suspicious/noConfusingVoidType: a visitor that always looks inside need not say so.
  enterDirectory(cursor: EntryCursor): boolean | void;
  /** Anything that is not a directory. */
  entry(cursor: EntryCursor): void;
  /**
   * After its entries and those beneath. `complete` is false when it could not be listed to the end, or was not looked into: that a name
   * was not given then says nothing, and nothing may be counted as removed.
   */
  leaveDirectory(path: ByteString, complete: boolean): void;
  /** A rule left out entries: the one at `path` with everything beneath it, or a directory's contents. */
  leftOut(rule: string, entries: number, bytes: number, path: ByteString): void;
  warning(warning: WalkWarning): void;
  /** A directory was kept without its contents, because another file system is mounted there. */
  notCrossed?(path: ByteString): void;
  /** A directory that is entered next is a mount point. */
  mounted?(path: ByteString): void;
  /** A directory that was a mount point is entered as one that is none any more. */
  noMount?(path: ByteString): void;
  /** A directory lacks the disk on which, by its device number, it held something, and the set is made without that. */
  lacking?(path: ByteString, device: number): void;
  /** What is at a path was not looked at, and nothing said of it: it is as it was. */
  passedOver?(path: ByteString): void;
}

/** Carries what a visitor threw past the handling of the system's errors, which it must not be taken for. */
export class VisitorFailure extends Error {
  constructor(cause: unknown) {
    super('A visitor failed.', { cause });
  }
}

/** A visitor whose errors are told apart from those of reading the source. */
export class GuardedVisitor {
  readonly #visitor: Visitor;

  constructor(visitor: Visitor) {
    this.#visitor = visitor;
  }

  enterDirectory(cursor: EntryCursor): boolean {
    return guarded(() => this.#visitor.enterDirectory(cursor)) !== false;
  }

  entry(cursor: EntryCursor): void {
    try {
      this.#visitor.entry(cursor);
    } catch (error) {
      throw new VisitorFailure(error);
    }
  }

  leaveDirectory(path: ByteString, complete: boolean): void {
    guarded(() => this.#visitor.leaveDirectory(path, complete));
  }

  leftOut(rule: string, entries: number, bytes: number, path: ByteString): void {
    if (entries > 0) guarded(() => this.#visitor.leftOut(rule, entries, bytes, path));
  }

  warning(warning: WalkWarning): void {
    guarded(() => this.#visitor.warning(warning));
  }

  notCrossed(path: ByteString): void {
    guarded(() => this.#visitor.notCrossed?.(path));
  }

  mounted(path: ByteString): void {
    guarded(() => this.#visitor.mounted?.(path));
  }

  noMount(path: ByteString): void {
    guarded(() => this.#visitor.noMount?.(path));
  }

  lacking(path: ByteString, device: number): void {
    guarded(() => this.#visitor.lacking?.(path, device));
  }

  passedOver(path: ByteString): void {
    guarded(() => this.#visitor.passedOver?.(path));
  }
}

/** Calls a visitor. */
function guarded<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw new VisitorFailure(error);
  }
}
