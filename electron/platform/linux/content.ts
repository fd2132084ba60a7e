import { checked, failure } from './calling.ts';
import { loadKoffi } from './koffi.ts';
import { libc } from './libc.ts';
import { allocate, lazily } from './memory.ts';

const SEEK_DATA = 3;
const SEEK_HOLE = 4;
const ENXIO = 6;
const SEEK_END = 2;
const EINTR = 4;
const EINVAL = 22;
const EAGAIN = 11;
const ENOSYS = 38;
const EOPNOTSUPP = 95;
const FALLOC_FL_KEEP_SIZE = 1;
const FALLOC_FL_PUNCH_HOLE = 2;
const FALLOC_FL_ZERO_RANGE = 0x10;
const RWF_DSYNC = 2;
const LOCK = { shared: 1, exclusive: 2, release: 8 } as const;
const LOCK_NB = 4;

/** Start of the next data at or after `offset`; null when there is none; undefined when the file system cannot say. */
export function nextData(fd: number, offset: number): number | null | undefined {
  return seek(fd, offset, SEEK_DATA);
}

/** Start of the next hole at or after `offset` (the end of the file counts as one); null and undefined as above. */
export function nextHole(fd: number, offset: number): number | null | undefined {
  return seek(fd, offset, SEEK_HOLE);
}

/** One lseek; ENXIO means that nothing follows. */
function seek(fd: number, offset: number, whence: number): number | null | undefined {
  const found = libc().lseek(fd, offset, whence);
  if (found >= 0) return found;
  const errno = libc().errno();
  if (errno === ENXIO) return null;
  if (errno === EINVAL || errno === EOPNOTSUPP) return undefined;
  throw failure('lseek', errno, fd);
}

/** Sets the length of an open file; what is added reads as zeros and is a hole. */
export function setLength(fd: number, length: number): void {
  checked(libc().ftruncate(fd, length), 'ftruncate', fd);
}

/** Gives a range back to the file system so that it reads as zeros. False where the file system cannot. */
export function punchHole(fd: number, offset: number, length: number): boolean {
  return allocateRange(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length);
}

/** Makes a range read as zeros without writing them, and keeps its room. False where the file system cannot. */
export function zeroRange(fd: number, offset: number, length: number): boolean {
  return allocateRange(fd, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, offset, length);
}

/** @public Reserves room for a file without changing its length. False where the file system cannot; throws when it is full. */
export function reserve(fd: number, offset: number, length: number): boolean {
  return allocateRange(fd, FALLOC_FL_KEEP_SIZE, offset, length);
}

/** One fallocate, begun again when a signal cut it short. */
function allocateRange(fd: number, mode: number, offset: number, length: number): boolean {
  for (;;) {
    if (libc().fallocate(fd, mode, offset, length) >= 0) return true;
    const errno = libc().errno();
    if (errno === EOPNOTSUPP) return false;
    if (errno !== EINTR) throw failure('fallocate', errno, fd);
  }
}

const vector = lazily(() => allocate(16));

/**
 * Writes at a position and makes just these bytes durable; gives how many of them it took. Undefined where the kernel or
 * the file system does not know this.
 */
export function writeDurably(fd: number, from: Uint8Array, offset: number): number | undefined {
  const { bytes, address } = vector();
  bytes.writeBigUInt64LE(BigInt(loadKoffi().address(from)), 0);
  bytes.writeBigUInt64LE(BigInt(from.length), 8);
  for (;;) {
    const written = libc().pwritev2(fd, address, 1, offset, RWF_DSYNC);
    if (written >= 0) return written;
    const errno = libc().errno();
    if (errno === EOPNOTSUPP || errno === ENOSYS) return undefined;
    if (errno !== EINTR) throw failure('write', errno, fd);
  }
}

/** Where an open file or block device ends. */
export function endOf(fd: number): number {
  return checked(libc().lseek(fd, 0, SEEK_END), 'lseek', fd);
}

/** Makes everything on the file system of `fd` durable. */
export function syncFileSystem(fd: number): void {
  checked(libc().syncfs(fd), 'syncfs', fd);
}

/** @public Makes one open file or directory durable. */
export function syncFile(fd: number): void {
  checked(libc().fsync(fd), 'fsync', fd);
}

/** Takes (or gives back) an advisory lock without waiting. False when another open file holds it. */
export function lock(fd: number, kind: keyof typeof LOCK): boolean {
  const result = libc().flock(fd, LOCK[kind] | LOCK_NB);
  if (result >= 0) return true;
  const errno = libc().errno();
  if (errno === EAGAIN) return false;
  throw failure('flock', errno, fd);
}
