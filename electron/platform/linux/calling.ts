import { readlinkSync } from 'node:fs';
import { type ByteString, byteStringOf, displayText, joinBytes } from '../../../shared/byte-string.ts';
import { errnoName, ioError } from '../errno.ts';
import { libc } from './libc.ts';
import { allocate, lazily, type NativeMemory } from './memory.ts';

/** The directory that relative names start from when no descriptor is given. */
export const AT_FDCWD = -100;
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const AT_EMPTY_PATH = 0x1000;

/** Longest path that one system call takes, the NUL included. */
export const PATH_MAX = 4096;

const names = lazily(() => [allocate(65536), allocate(65536)] as const);

/** Puts a name where a system call finds it, and gives its address. A second name of one call goes to place 1. */
export function nameAddress(name: string, place: 0 | 1 = 0): number {
  const memory = names()[place];
  if (name.length >= PATH_MAX) throw ioError('open', 'ENAMETOOLONG', displayText(name as ByteString));
  putName(memory, name);
  return memory.address;
}

/** Writes a name and its NUL. */
function putName(memory: NativeMemory, name: string): void {
  memory.bytes.latin1Write(name, 0);
  memory.bytes[name.length] = 0;
}

/** Passes a result on, or throws what errno says about `name` in the directory `fd`. */
export function checked(result: number, call: string, fd: number, name = ''): number {
  if (result >= 0) return result;
  throw failure(call, libc().errno(), fd, name);
}

/** The error for an errno; the path is found out now, so that calls that succeed need not know it. */
export function failure(call: string, errno: number, fd: number, name = ''): Error {
  return ioError(call, errnoName(errno), pathForPeople(fd, name));
}

/** The path that a descriptor and a name below it stand for, as far as the system still knows. */
function pathForPeople(fd: number, name: string): string {
  if (name.startsWith('/') || fd < 0) return displayText(name as ByteString);
  const base = pathOfDescriptor(fd) ?? (`descriptor ${fd}` as ByteString);
  return displayText(name === '' ? base : joinBytes(base, name as ByteString));
}

/** The path of an open file or directory, or null when the system does not say. */
export function pathOfDescriptor(fd: number): ByteString | null {
  try {
    return byteStringOf(readlinkSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' }));
  } catch {
    return null;
  }
}

/**
 * A path by which calls without a directory descriptor (the `l…xattr` family) reach a name below one, at any depth: it is
 * at most PATH_MAX long however long the real path is. An empty name is the descriptor itself.
 */
export const procPath = (fd: number, name: string): string =>
  name.startsWith('/') ? name : `${fd < 0 ? '/proc/self/cwd' : `/proc/self/fd/${fd}`}${name === '' ? '' : `/${name}`}`;
