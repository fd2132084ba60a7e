import { constants } from 'node:fs';
import type { ByteString } from '../../../shared/byte-string.ts';
import { isErrno } from '../errno.ts';
import { AT_FDCWD, checked, failure, nameAddress, PATH_MAX } from './calling.ts';
import { libc } from './libc.ts';
import { allocate, lazily } from './memory.ts';

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_NOATIME } = constants;
/** Descriptors never leak into the commands that hooks start. */
export const O_CLOEXEC = 0o2000000;
export const O_PATH = 0o10000000;

const OPENAT2 = 437;
const RESOLVE_NO_MAGICLINKS = 0x02;
const RESOLVE_NO_SYMLINKS = 0x04;
const RESOLVE_BENEATH = 0x08;
const ENOENT = 2;
const ENOSYS = 38;
const EPERM = 1;
const EAGAIN = 11;
const EXDEV = 18;

const how = lazily(() => allocate(24));
let hasOpenat2 = true;

/** Opens a name in a directory. Flags are those of `open`; O_CLOEXEC is added. */
export function openAt(directory: number, name: ByteString, flags: number, mode = 0): number {
  return checked(libc().openat(directory, nameAddress(name), flags | O_CLOEXEC, mode), 'open', directory, name);
}

/** The same for a name that may well be missing: null then, without an error that nobody would read. */
export function openIfThere(directory: number, name: ByteString, flags: number): number | null {
  const fd = libc().openat(directory, nameAddress(name), flags | O_CLOEXEC, 0);
  if (fd >= 0) return fd;
  const errno = libc().errno();
  if (errno === ENOENT) return null;
  throw failure('open', errno, directory, name);
}

/**
 * Opens a directory by its absolute path, of any length; its last part may not be a symbolic link. With O_PATH it need not
 * be readable, and cannot be listed.
 */
export function openDirectory(path: ByteString, access = O_RDONLY): number {
  if (path.length < PATH_MAX) return openAt(AT_FDCWD, path, access | O_DIRECTORY | O_NOFOLLOW);
  const root = openAt(AT_FDCWD, '/' as ByteString, O_RDONLY | O_DIRECTORY);
  try {
    return openDirectoryBeneath(root, path.replace(/^\/+/, '') as ByteString, access);
  } finally {
    closeFd(root);
  }
}

/**
 * Opens what lies beneath a directory, following no symbolic link on the way and never leaving it. The relative path has
 * no leading slash and no empty, `.` or `..` part; it may be longer than PATH_MAX.
 */
export function openBeneath(root: number, path: ByteString, flags: number, mode = 0): number {
  const slash = path.lastIndexOf('/');
  if (path.length < PATH_MAX && hasOpenat2) {
    const fd = openat2(root, path, flags, mode);
    if (fd !== null) return fd;
  }
  refuseDots(root, path);
  if (slash < 0) return openAt(root, path, flags | O_NOFOLLOW, mode);
  const parent = openDirectoryBeneath(root, path.slice(0, slash) as ByteString);
  try {
    return openAt(parent, path.slice(slash + 1) as ByteString, flags | O_NOFOLLOW, mode);
  } finally {
    closeFd(parent);
  }
}

/** Opens a directory beneath another one; stepwise where the path is long or the kernel is old. '' is the root itself. */
export function openDirectoryBeneath(root: number, path: ByteString, access = O_RDONLY): number {
  const flags = access | O_DIRECTORY | O_NOFOLLOW;
  if (path === '') return openAt(root, '.' as ByteString, flags);
  if (path.length < PATH_MAX && hasOpenat2) return openBeneath(root, path, flags);
  refuseDots(root, path);
  let current = root;
  for (const step of steps(path)) {
    try {
      const next = hasOpenat2 ? openBeneath(current, step, flags) : openAt(current, step, flags);
      if (current !== root) closeFd(current);
      current = next;
    } catch (error) {
      if (current !== root) closeFd(current);
      throw error;
    }
  }
  return current;
}

/** Cuts a path at slashes into pieces that one call takes: single names when the kernel cannot resolve safely. */
function* steps(path: ByteString): Generator<ByteString> {
  if (!hasOpenat2) {
    yield* path.split('/') as ByteString[];
    return;
  }
  for (let at = 0; at < path.length; ) {
    const end = path.length - at < PATH_MAX ? path.length : path.lastIndexOf('/', at + PATH_MAX - 1);
    const stop = end <= at ? path.length : end;
    yield path.slice(at, stop) as ByteString;
    at = stop + 1;
  }
}

/** Refuses parts by which a path could leave the directory it starts from. */
function refuseDots(root: number, path: ByteString): void {
  const bad = path.split('/').some((part) => part === '' || part === '.' || part === '..');
  if (bad) throw failure('open', EXDEV, root, path);
}

/** One openat2 that stays beneath `root`; null when the kernel (or a container's filter) does not have it. */
function openat2(root: number, path: ByteString, flags: number, mode: number): number | null {
  const { bytes, address } = how();
  bytes.fill(0);
  bytes.writeUInt32LE((flags | O_CLOEXEC) >>> 0, 0);
  bytes.writeUInt32LE(mode, 8);
  bytes.writeUInt32LE(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS, 16);
  for (let attempt = 1; ; attempt += 1) {
    const fd = libc().syscall4(OPENAT2, root, nameAddress(path), address, 24);
    if (fd >= 0) return fd;
    const errno = libc().errno();
    // EAGAIN: something was renamed at that moment, and the kernel could not be sure that we stayed beneath.
    if (errno === EAGAIN && attempt < 16) continue;
    if (errno === ENOSYS || (errno === EPERM && !openat2Works())) {
      hasOpenat2 = false;
      return null;
    }
    throw failure('open', errno, root, path);
  }
}

/** Whether openat2 is there at all: old container filters answer EPERM to calls they do not know. */
function openat2Works(): boolean {
  const { address } = how();
  const fd = libc().syscall4(OPENAT2, AT_FDCWD, nameAddress('.'), address, 24);
  if (fd >= 0) closeFd(fd);
  return fd >= 0 || libc().errno() !== EPERM;
}

/**
 * Opens a file for reading without changing it (no access time, where we may) and without waiting for anyone (FIFO,
 * lease).
 */
export function openForReading(directory: number, name: ByteString): number {
  const flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
  try {
    return openAt(directory, name, flags | O_NOATIME);
  } catch (error) {
    // Only the owner may keep the access time.
    if (isErrno(error, 'EPERM')) return openAt(directory, name, flags);
    throw error;
  }
}

/** Closes a descriptor; an error at this point says nothing that an fsync before it did not. */
export function closeFd(fd: number): void {
  libc().close(fd);
}

/** For tests: whether the kernel's own safe resolution is used, and switching it off. */
export const safeResolution = {
  get used(): boolean {
    return hasOpenat2;
  },
  set(used: boolean): void {
    hasOpenat2 = used;
  },
};
