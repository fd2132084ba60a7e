import { byteStringOf } from '../../../shared/byte-string.ts';
import type { ExtendedAttribute } from '../../../shared/model/element.ts';
import { isErrno } from '../errno.ts';
import { checked, failure, nameAddress, procPath } from './calling.ts';
import { libc } from './libc.ts';
import { allocate, lazily } from './memory.ts';

/** XATTR_LIST_MAX and XATTR_SIZE_MAX of the kernel: no list and no value is longer. */
const LIST_BYTES = 65536;
const VALUE_BYTES = 65536;
const ENODATA = 61;
const EOPNOTSUPP = 95;
const E2BIG = 7;

const memory = lazily(() => ({ list: allocate(LIST_BYTES), value: allocate(VALUE_BYTES) }));

const NONE: readonly ExtendedAttribute[] = [];

/**
 * All extended attributes of a name in a directory, a symbolic link's own ones included; sorted by name. POSIX ACLs are
 * among them. Empty where the file system has none. Name '' is the directory itself.
 */
export function readExtendedAttributes(directory: number, name: string): readonly ExtendedAttribute[] {
  const { list, value } = memory();
  const length = libc().llistxattr(nameAddress(ownPath(directory, name)), list.address, LIST_BYTES);
  if (length < 0) return noneOr('listxattr', libc().errno(), directory, name);
  if (length === 0) return NONE;
  const names = list.bytes.latin1Slice(0, length - 1).split('\0');
  const found: ExtendedAttribute[] = [];
  for (const key of names.sort()) {
    const path = nameAddress(ownPath(directory, name));
    const size = libc().lgetxattr(path, nameAddress(key, 1), value.address, VALUE_BYTES);
    if (size >= 0) found.push({ name: asBytes(key), value: Uint8Array.from(value.bytes.subarray(0, size)) });
    // ENODATA: removed in this moment, or a name that is listed but not ours to read (trusted.*).
    else if (libc().errno() !== ENODATA) noneOr('getxattr', libc().errno(), directory, name);
  }
  return found;
}

/** All extended attributes of an open file. */
export function readExtendedAttributesOf(fd: number): readonly ExtendedAttribute[] {
  const { list, value } = memory();
  const length = libc().flistxattr(fd, list.address, LIST_BYTES);
  if (length < 0) return noneOr('listxattr', libc().errno(), fd);
  if (length === 0) return NONE;
  const found: ExtendedAttribute[] = [];
  for (const key of list.bytes
    .latin1Slice(0, length - 1)
    .split('\0')
    .sort()) {
    const size = libc().fgetxattr(fd, nameAddress(key), value.address, VALUE_BYTES);
    if (size >= 0) found.push({ name: asBytes(key), value: Uint8Array.from(value.bytes.subarray(0, size)) });
    else if (libc().errno() !== ENODATA) noneOr('getxattr', libc().errno(), fd);
  }
  return found;
}

/** Sets one attribute of a name in a directory (of a link itself, not of its target). */
export function setExtendedAttribute(directory: number, name: string, attribute: ExtendedAttribute): void {
  const { value } = memory();
  const size = place(attribute.value, directory, name);
  const path = nameAddress(ownPath(directory, name));
  checked(
    libc().lsetxattr(path, nameAddress(attribute.name, 1), value.address, size, 0),
    `setxattr ${attribute.name}`,
    directory,
    name,
  );
}

/** Sets one attribute of an open file. */
export function setExtendedAttributeOf(fd: number, attribute: ExtendedAttribute): void {
  const size = place(attribute.value, fd, '');
  const result = libc().fsetxattr(fd, nameAddress(attribute.name), memory().value.address, size, 0);
  checked(result, `setxattr ${attribute.name}`, fd);
}

/** Removes one attribute of a name in a directory; that it is not there is fine. */
export function removeExtendedAttribute(directory: number, name: string, key: string): void {
  const path = nameAddress(ownPath(directory, name));
  try {
    checked(libc().lremovexattr(path, nameAddress(key, 1)), `removexattr ${key}`, directory, name);
  } catch (error) {
    if (!isErrno(error, 'ENODATA')) throw error;
  }
}

/** Copies a value to where the call finds it. */
function place(value: Uint8Array, fd: number, name: string): number {
  if (value.length > VALUE_BYTES) throw failure('setxattr', E2BIG, fd, name);
  memory().value.bytes.set(value);
  return value.length;
}

/** A file system without extended attributes has none; everything else is an error. */
function noneOr(call: string, errno: number, fd: number, name = ''): readonly ExtendedAttribute[] {
  if (errno === EOPNOTSUPP || errno === ENODATA) return NONE;
  throw failure(call, errno, fd, name);
}

const asBytes = (name: string): ExtendedAttribute['name'] => byteStringOf(Buffer.from(name, 'latin1'));

/** A path for the `l…xattr` calls: those take `/proc/self/fd/N` for the link that it is, and `…/.` for the directory. */
const ownPath = (directory: number, name: string): string => procPath(directory, name === '' ? '.' : name);
