import { constants } from 'node:fs';
import type { ByteString } from '../../../../shared/byte-string.ts';
import { displayText, joinBytes } from '../../../../shared/byte-string.ts';
import { asColdframeError, ColdframeError } from '../../../../shared/errors.ts';
import { isErrno } from '../../../platform/errno.ts';
import {
  AT_FDCWD,
  closeFd,
  makeDirectory,
  O_PATH,
  openAt,
  openIfThere,
  pathOfDescriptor,
  readExtendedAttributes,
  removeExtendedAttribute,
  unlinkAt,
} from '../../../platform/linux/index.ts';
import { DirectoryHandles } from '../plan/directory-handles.ts';
import { DIRECTORY_STATE, type PlanStore, ROOT_DIRECTORY } from '../plan/plan-store.ts';
import { fatalError } from './fatal.ts';

const { O_DIRECTORY, O_NOFOLLOW } = constants;
/** Nobody else looks into a directory before it is complete. */
const UNFINISHED_MODE = 0o700;
export const ACL_DEFAULT = 'system.posix_acl_default';
export const ACL_ACCESS = 'system.posix_acl_access';

/**
 * The directories of the destination, for one thread: opened by their number in the plan and made when they are not
 * there. Never goes through a symbolic link beneath the root; what stands where a directory belongs is removed only if
 * the plan says so.
 */
export class Destination {
  readonly #store: PlanStore;
  readonly #rootFd: number;
  readonly #handles: DirectoryHandles;
  /** Directories whose default ACL new files inherit. */
  readonly #inheriting = new Set<number>();

  constructor(store: PlanStore, root: ByteString) {
    this.#store = store;
    this.#rootFd = openRoot(root);
    this.#handles = new DirectoryHandles(
      { id: ROOT_DIRECTORY, fd: this.#rootFd },
      (id) => this.#step(id),
      (parent, name, id) => this.#open(parent, name, id),
    );
    if (hasDefaultAcl(AT_FDCWD, root)) this.#inheriting.add(ROOT_DIRECTORY);
  }

  /** The descriptor of a directory (O_PATH), valid until the next call; the directory is made when it is missing. */
  directory(id: number): number {
    return this.#handles.get(id);
  }

  /** Whether files that are made in the directory begin with an ACL that they did not ask for. */
  inheritsAcl(id: number): boolean {
    return this.#inheriting.size > 0 && this.#inheriting.has(id);
  }

  close(): void {
    this.#handles.close();
    closeFd(this.#rootFd);
  }

  #step(id: number): { parent: number; name: ByteString } {
    const row = this.#store.statement('SELECT parent, name FROM directory WHERE id = ?').get(id);
    if (row === undefined) throw new RangeError(`the plan has no directory ${id}`);
    return { parent: Number(row.parent), name: row.name as ByteString };
  }

  #open(parent: number, name: ByteString, id: number): number {
    try {
      const fd = openIfThere(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW);
      if (fd === null) return makeAndOpen(parent, name);
      if (hasDefaultAcl(parent, name)) this.#inheriting.add(id);
      return fd;
    } catch (error) {
      if (!isErrno(error, 'ENOTDIR', 'ELOOP')) throw error;
    }
    const row = this.#store.statement('SELECT state FROM directory WHERE id = ?').get(id);
    if (Number(row?.state) !== DIRECTORY_STATE.replace) throw inTheWay(parent, name);
    unlinkAt(parent, name);
    return makeAndOpen(parent, name);
  }
}

/** Makes the root where it is missing, or says why the destination cannot be used: of a thread its end alone would be told. */
export const prepareRoot = (root: ByteString): void => {
  try {
    closeFd(openRoot(root));
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

const openDirectory = (parent: number, name: ByteString): number =>
  openAt(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW);

/** Several threads may make the same directory: who comes second uses it. Drops an ACL that it inherited. */
const makeAndOpen = (parent: number, name: ByteString): number => {
  try {
    makeDirectory(parent, name, UNFINISHED_MODE);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
  if (hasDefaultAcl(parent, name)) {
    removeExtendedAttribute(parent, name, ACL_DEFAULT);
    removeExtendedAttribute(parent, name, ACL_ACCESS);
  }
  return openDirectory(parent, name);
};

const hasDefaultAcl = (parent: number, name: ByteString): boolean => {
  try {
    return readExtendedAttributes(parent, name).some((attribute) => attribute.name === ACL_DEFAULT);
  } catch {
    // Not readable by this user: then there is nothing he could do about it either.
    return false;
  }
};

/** Opens the root; makes it, and what is missing above it, as `mkdir -p` does. Links in the user's own path are his. */
const openRoot = (root: ByteString): number => {
  try {
    return openAt(AT_FDCWD, root, O_PATH | O_DIRECTORY);
  } catch (error) {
    if (!isErrno(error, 'ENOENT') || root === '/') throw error;
  }
  const parent = openRoot(parentPath(root));
  try {
    makeDirectory(parent, root.slice(root.lastIndexOf('/') + 1) as ByteString, 0o777);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  } finally {
    closeFd(parent);
  }
  return openAt(AT_FDCWD, root, O_PATH | O_DIRECTORY);
};

const parentPath = (path: ByteString): ByteString =>
  (path.slice(0, Math.max(1, path.lastIndexOf('/'))) || '/') as ByteString;

const inTheWay = (parent: number, name: ByteString): ColdframeError => {
  const path = displayText(joinBytes(pathOfDescriptor(parent) ?? ('?' as ByteString), name));
  return new ColdframeError('DESTINATION_TAKEN', {
    message: `${path} is in the way: a symbolic link or file stands where a directory belongs.`,
    guidance: 'Remove it, restore to another place, or allow overwriting. A restore never writes through a link.',
    context: { path },
  });
};
