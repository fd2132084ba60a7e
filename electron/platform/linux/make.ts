import type { ByteString } from '../../../shared/byte-string.ts';
import type { Timestamp } from '../../../shared/model/element.ts';
import { deviceNumber } from '../file-stat.ts';
import { AT_SYMLINK_NOFOLLOW, checked, nameAddress } from './calling.ts';
import { libc } from './libc.ts';
import { allocate, lazily } from './memory.ts';

const MODE = { fifo: 0o010000, chardev: 0o020000, blockdev: 0o060000, socket: 0o140000 } as const;

/** Makes a directory. */
export function makeDirectory(directory: number, name: ByteString, mode: number): void {
  checked(libc().mkdirat(directory, nameAddress(name), mode), 'mkdir', directory, name);
}

/** Makes a FIFO, socket or device. */
export function makeNode(
  directory: number,
  name: ByteString,
  type: keyof typeof MODE,
  mode: number,
  major = 0,
  minor = 0,
): void {
  const result = libc().mknodat(directory, nameAddress(name), MODE[type] | mode, deviceNumber(major, minor));
  checked(result, 'mknod', directory, name);
}

/** Gives a name another owner, without following it. */
export function changeOwner(directory: number, name: ByteString, uid: number, gid: number): void {
  const result = libc().fchownat(directory, nameAddress(name), uid, gid, AT_SYMLINK_NOFOLLOW);
  checked(result, 'chown', directory, name);
}

/** Gives an open file another owner. Clears setuid and setgid: change the mode afterwards. */
export function changeOwnerOf(fd: number, uid: number, gid: number): void {
  checked(libc().fchown(fd, uid, gid), 'chown', fd);
}

/** Sets the mode of a name. It follows symbolic links, which have no mode of their own: never call it for one. */
export function changeMode(directory: number, name: ByteString, mode: number): void {
  checked(libc().fchmodat(directory, nameAddress(name), mode, 0), 'chmod', directory, name);
}

/** Sets the mode of an open file. */
export function changeModeOf(fd: number, mode: number): void {
  checked(libc().fchmod(fd, mode), 'chmod', fd);
}

const UTIME_OMIT = 0x3ffffffe;
const times = lazily(() => allocate(32));

/** Puts the modification time where the calls find it; the access time stays as it is. */
function timesAddress(modifiedAt: Timestamp): number {
  const { bytes, address } = times();
  bytes.writeBigInt64LE(0n, 0);
  bytes.writeBigInt64LE(BigInt(UTIME_OMIT), 8);
  bytes.writeBigInt64LE(BigInt(modifiedAt.seconds), 16);
  bytes.writeBigInt64LE(BigInt(modifiedAt.nanos), 24);
  return address;
}

/** Sets the modification time of a name to the nanosecond, without following it. */
export function setModified(directory: number, name: ByteString, modifiedAt: Timestamp): void {
  const result = libc().utimensat(directory, nameAddress(name), timesAddress(modifiedAt), AT_SYMLINK_NOFOLLOW);
  checked(result, 'utimens', directory, name);
}

/** Sets the modification time of an open file to the nanosecond. */
export function setModifiedOf(fd: number, modifiedAt: Timestamp): void {
  checked(libc().futimens(fd, timesAddress(modifiedAt)), 'utimens', fd);
}
