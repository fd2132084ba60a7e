import { checked } from './calling.ts';
import { libc } from './libc.ts';
import { allocate, lazily } from './memory.ts';

const FS_IOC_GETFLAGS = 0x80086601;
const FS_IOC_SETFLAGS = 0x40086602;

/** Flags of FS_IOC_SETFLAGS that forbid changes: a restore sets them last. */
export const FS_IMMUTABLE_FL = 0x10;
/** @public */
export const FS_APPEND_FL = 0x20;

const word = lazily(() => allocate(8));

/** The FS_IOC_GETFLAGS word of an open file or directory, or null where the file system has none. */
export function readFileFlags(fd: number): number | null {
  const { bytes, address } = word();
  bytes.fill(0);
  // Whatever the reason (ENOTTY, EOPNOTSUPP, EINVAL, EPERM on network file systems …): there are no flags to keep.
  return libc().ioctl(fd, FS_IOC_GETFLAGS, address) < 0 ? null : bytes.readUInt32LE(0);
}

/** Sets the flags word of an open file or directory. */
export function setFileFlags(fd: number, flags: number): void {
  const { bytes, address } = word();
  bytes.fill(0);
  bytes.writeUInt32LE(flags >>> 0, 0);
  checked(libc().ioctl(fd, FS_IOC_SETFLAGS, address), 'set file flags', fd);
}
