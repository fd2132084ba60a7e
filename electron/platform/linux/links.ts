import type { ByteString } from '../../../shared/byte-string.ts';
import { checked, failure, nameAddress } from './calling.ts';
import { libc } from './libc.ts';
import { allocate, lazily } from './memory.ts';

const RENAME_NOREPLACE = 1;
const ENAMETOOLONG = 36;
const EINVAL = 22;
const EEXIST = 17;
const AT_REMOVEDIR = 0x200;

const target = lazily(() => allocate(8192));

/** The target of a symbolic link, as it is written in it. */
export function readLink(directory: number, name: ByteString): ByteString {
  const { bytes, address } = target();
  const length = libc().readlinkat(directory, nameAddress(name), address, bytes.length);
  checked(length, 'readlink', directory, name);
  if (length === bytes.length) throw failure('readlink', ENAMETOOLONG, directory, name);
  return bytes.latin1Slice(0, length) as ByteString;
}

/** Makes a symbolic link. */
export function makeSymbolicLink(directory: number, name: ByteString, to: ByteString): void {
  checked(libc().symlinkat(nameAddress(to, 1), directory, nameAddress(name)), 'symlink', directory, name);
}

/** Makes a second name for a file, without following either. */
export function makeHardLink(fromDirectory: number, from: ByteString, directory: number, name: ByteString): void {
  const result = libc().linkat(fromDirectory, nameAddress(from, 1), directory, nameAddress(name), 0);
  checked(result, 'link', directory, name);
}

/** Moves a name over whatever is there. */
export function renameAt(fromDirectory: number, from: ByteString, directory: number, name: ByteString): void {
  const result = libc().renameat2(fromDirectory, nameAddress(from, 1), directory, nameAddress(name), 0);
  checked(result, 'rename', directory, name);
}

/**
 * Moves a name only if nothing is there: `EEXIST` else, decided by the kernel in one step. File systems that cannot do
 * so (some network ones) get a hard link and an unlink, which decides as safely for files.
 */
export function renameWithoutReplacing(
  fromDirectory: number,
  from: ByteString,
  directory: number,
  name: ByteString,
): void {
  const result = libc().renameat2(fromDirectory, nameAddress(from, 1), directory, nameAddress(name), RENAME_NOREPLACE);
  if (result >= 0) return;
  const errno = libc().errno();
  if (errno === EEXIST || errno !== EINVAL) throw failure('rename', errno, directory, name);
  makeHardLink(fromDirectory, from, directory, name);
  unlinkAt(fromDirectory, from);
}

/** Removes a name that is not a directory. */
export function unlinkAt(directory: number, name: ByteString): void {
  checked(libc().unlinkat(directory, nameAddress(name), 0), 'unlink', directory, name);
}

/** Removes an empty directory. */
export function removeDirectoryAt(directory: number, name: ByteString): void {
  checked(libc().unlinkat(directory, nameAddress(name), AT_REMOVEDIR), 'rmdir', directory, name);
}
