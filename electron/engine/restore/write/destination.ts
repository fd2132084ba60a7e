import type { ByteString } from '../../../../shared/byte-string.ts';
import { displayText, joinBytes } from '../../../../shared/byte-string.ts';
import { asColdframeError, ColdframeError } from '../../../../shared/errors.ts';
import type { DestinationFiles } from '../../../platform/destination-files.ts';
import { isErrno } from '../../../platform/errno.ts';
import { DirectoryHandles } from '../plan/directory-handles.ts';
import { DIRECTORY_STATE, type PlanStore, ROOT_DIRECTORY } from '../plan/plan-store.ts';
import { fatalError } from './fatal.ts';

/** Nobody else looks into a directory before it is complete. */
const UNFINISHED_MODE = 0o700;
const NOT_THERE = new Error('a directory of the destination is not there');
export const ACL_DEFAULT = 'system.posix_acl_default';
export const ACL_ACCESS = 'system.posix_acl_access';

/**
 * The directories of the destination, for one thread: opened by their number in the plan and made when they are not
 * there. Never goes through a symbolic link beneath the root; what stands where a directory belongs is removed only if
 * the plan says so.
 */
export class Destination {
  /** How it is written. */
  readonly files: DestinationFiles;
  readonly #store: PlanStore;
  readonly #rootFd: number;
  readonly #handles: DirectoryHandles;
  /** Directories whose default ACL new files inherit. */
  readonly #inheriting = new Set<number>();
  #making = true;

  constructor(store: PlanStore, files: DestinationFiles, root: ByteString) {
    this.files = files;
    this.#store = store;
    this.#rootFd = openRoot(files, root);
    this.#handles = new DirectoryHandles(
      files,
      { id: ROOT_DIRECTORY, fd: this.#rootFd },
      (id) => this.#step(id),
      (parent, name, id) => this.#open(parent, name, id),
    );
    if (hasDefaultAcl(files, this.#rootFd, '' as ByteString)) this.#inheriting.add(ROOT_DIRECTORY);
  }

  /** A directory, open and valid until the next call; the directory is made when it is missing. */
  directory(id: number): number {
    return this.#handles.get(id);
  }

  /** A directory as above, but never made: null where there is none, or something else stands in its place. */
  directoryIfThere(id: number): number | null {
    this.#making = false;
    try {
      return this.#handles.get(id);
    } catch (error) {
      if (error === NOT_THERE) return null;
      throw error;
    } finally {
      this.#making = true;
    }
  }

  /** Whether files that are made in the directory begin with an ACL that they did not ask for. */
  inheritsAcl(id: number): boolean {
    return this.#inheriting.size > 0 && this.#inheriting.has(id);
  }

  close(): void {
    this.#handles.close();
    this.files.closeFd(this.#rootFd);
  }

  #step(id: number): { parent: number; name: ByteString } {
    const row = this.#store.statement('SELECT parent, name FROM directory WHERE id = ?').get(id);
    if (row === undefined) throw new RangeError(`the plan has no directory ${id}`);
    return { parent: Number(row.parent), name: row.name as ByteString };
  }

  #open(parent: number, name: ByteString, id: number): number {
    try {
      const fd = this.files.openDirectoryIfThere(parent, name);
      if (fd === null) return this.#make(parent, name);
      if (hasDefaultAcl(this.files, parent, name)) this.#inheriting.add(id);
      return fd;
    } catch (error) {
      if (!isErrno(error, 'ENOTDIR', 'ELOOP')) throw error;
    }
    if (!this.#making) throw NOT_THERE;
    const row = this.#store.statement('SELECT state FROM directory WHERE id = ?').get(id);
    if (Number(row?.state) !== DIRECTORY_STATE.replace) throw inTheWay(this.files, parent, name);
    this.files.unlinkAt(parent, name);
    return this.#make(parent, name);
  }

  #make(parent: number, name: ByteString): number {
    if (!this.#making) throw NOT_THERE;
    return makeAndOpen(this.files, parent, name);
  }
}

/** Makes the root where it is missing, or says why the destination cannot be used: of a thread its end alone would be told. */
export const prepareRoot = (files: DestinationFiles, root: ByteString): void => {
  try {
    files.closeFd(openRoot(files, root));
  } catch (thrown) {
    const cause = asColdframeError(fatalError(thrown, root));
    throw new ColdframeError(cause.code, {
      message: `The destination ${displayText(root)} cannot be used: ${cause.message}`,
      guidance: cause.guidance,
      context: { ...cause.context, path: displayText(root) },
      cause,
    });
  }
};

/** Several threads may make the same directory: who comes second uses it. Drops an ACL that it inherited. */
const makeAndOpen = (files: DestinationFiles, parent: number, name: ByteString): number => {
  try {
    files.makeDirectory(parent, name, UNFINISHED_MODE);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
  if (hasDefaultAcl(files, parent, name)) {
    files.removeExtendedAttribute(parent, name, ACL_DEFAULT);
    files.removeExtendedAttribute(parent, name, ACL_ACCESS);
  }
  return files.openDirectory(parent, name);
};

const hasDefaultAcl = (files: DestinationFiles, parent: number, name: ByteString): boolean => {
  try {
    return files.readExtendedAttributes(parent, name).some((attribute) => attribute.name === ACL_DEFAULT);
  } catch {
    // Not readable by this user: then there is nothing he could do about it either.
    return false;
  }
};

/** Opens the root; makes it, and what is missing above it, as `mkdir -p` does. Links in the user's own path are his. */
const openRoot = (files: DestinationFiles, root: ByteString): number => {
  try {
    return files.openRoot(root);
  } catch (error) {
    if (!isErrno(error, 'ENOENT') || root === '/') throw error;
  }
  const parent = openRoot(files, parentPath(root));
  try {
    files.makeDirectory(parent, root.slice(root.lastIndexOf('/') + 1) as ByteString, 0o777);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  } finally {
    files.closeFd(parent);
  }
  return files.openRoot(root);
};

const parentPath = (path: ByteString): ByteString =>
  (path.slice(0, Math.max(1, path.lastIndexOf('/'))) || '/') as ByteString;

const inTheWay = (files: DestinationFiles, parent: number, name: ByteString): ColdframeError => {
  const path = displayText(joinBytes(files.pathOf(parent) ?? ('?' as ByteString), name));
  return new ColdframeError('DESTINATION_TAKEN', {
    message: `${path} is in the way: a symbolic link or file stands where a directory belongs.`,
    guidance: 'Remove it, restore to another place, or allow overwriting. A restore never writes through a link.',
    context: { path },
  });
};
