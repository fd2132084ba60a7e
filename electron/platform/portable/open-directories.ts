import { lstatSync, statSync } from 'node:fs';
import { type ByteString, displayText, joinBytes } from '../../../shared/byte-string.ts';
import { ioError } from '../errno.ts';
import { calling } from './calling-node.ts';
import { unsuitable, whyUnsuitable } from './suitable-name.ts';

/** A directory as it was when it was opened. */
interface Known {
  readonly path: ByteString;
  /** Null for a root, which the user may have named by a link. */
  readonly parent: Known | null;
  readonly device: bigint;
  readonly inode: bigint;
}

/** Directories are numbers below this one, so that no descriptor is taken for one. */
const FIRST = -1000;

/**
 * Directories by path, for systems without calls relative to open ones. Before a name in one is used, every directory on
 * the way is looked at again: it must be the one that was opened, and no link to it. Who swaps one right after that look
 * is not noticed.
 */
export class OpenDirectories {
  readonly #known = new Map<number, Known>();
  readonly #platform: NodeJS.Platform;
  #next = FIRST;

  constructor(platform: NodeJS.Platform) {
    this.#platform = platform;
  }

  openRoot(path: ByteString): number {
    // The folder of all drives, which Windows does not have as a folder.
    if (this.#isDrives(path)) return this.#add({ path, parent: null, device: 0n, inode: 0n });
    const found = calling('open', path, (at) => statSync(at, { bigint: true }));
    if (!found.isDirectory()) throw ioError('open', 'ENOTDIR', displayText(path));
    return this.#add({ path, parent: null, device: found.dev, inode: found.ino });
  }

  open(parent: number, name: ByteString): number {
    const path = this.lookUp(parent, name);
    const found = calling('open', path, (at) => lstatSync(at, { bigint: true }));
    if (!found.isDirectory()) throw ioError('open', found.isSymbolicLink() ? 'ELOOP' : 'ENOTDIR', displayText(path));
    return this.#add({ path, parent: this.#get(parent), device: found.dev, inode: found.ino });
  }

  /** The same directory once more, with a number of its own. */
  again(directory: number): number {
    this.lookUp(directory, SELF);
    return this.#add(this.#get(directory));
  }

  isDirectory(opened: number): boolean {
    return this.#known.has(opened);
  }

  isRoot(directory: number): boolean {
    return this.#get(directory).parent === null;
  }

  close(directory: number): void {
    this.#known.delete(directory);
  }

  pathOf(directory: number): ByteString | null {
    return this.#known.get(directory)?.path ?? null;
  }

  /** The path of a name to look at; '' and `.` are the directory. Under a name that cannot be held there is nothing. */
  lookUp(directory: number, name: ByteString): ByteString {
    const path = this.#checked(directory, name);
    if (this.#why(directory, name) !== null) throw ioError('stat', 'ENOENT', displayText(path));
    return path;
  }

  /** The path of a name to make. */
  toMake(directory: number, name: ByteString): ByteString {
    const path = this.#checked(directory, name);
    const why = this.#why(directory, name);
    if (why !== null) throw unsuitable(path, why);
    return path;
  }

  #checked(directory: number, name: ByteString): ByteString {
    const known = this.#get(directory);
    for (let at: Known | null = known; at !== null; at = at.parent) this.#check(at);
    return name === '' || name === SELF ? known.path : joinBytes(known.path, name);
  }

  #check({ path, parent, device, inode }: Known): void {
    if (parent === null && this.#isDrives(path)) return;
    const look = parent === null ? statSync : lstatSync;
    const found = calling('open', path, (at) => look(at, { bigint: true }));
    if (found.isSymbolicLink()) throw ioError('open', 'ELOOP', displayText(path));
    if (!found.isDirectory()) throw ioError('open', 'ENOTDIR', displayText(path));
    if (found.dev !== device || found.ino !== inode) throw ioError('open', 'EXDEV', displayText(path));
  }

  /** Why the name cannot be held; drives are names in the folder of all drives. */
  #why(directory: number, name: ByteString): string | null {
    if (name === '' || name === SELF) return null;
    if (this.#isDrives(this.#get(directory).path) && isDrive(name)) return null;
    return whyUnsuitable(name, this.#platform);
  }

  #isDrives(path: ByteString): boolean {
    return this.#platform === 'win32' && path === '/';
  }

  #get(directory: number): Known {
    const known = this.#known.get(directory);
    if (known === undefined) throw new RangeError(`no directory is open as ${directory}`);
    return known;
  }

  #add(known: Known): number {
    this.#known.set(this.#next, known);
    return this.#next--;
  }
}

const SELF = '.' as ByteString;

/** `C:`, as the first name of a path on Windows. */
export const isDrive = (name: ByteString): boolean => /^[A-Za-z]:$/.test(name);
