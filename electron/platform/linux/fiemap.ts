import { failure } from './calling.ts';
import { libc } from './libc.ts';
import { allocate, lazily } from './memory.ts';

const FS_IOC_FIEMAP = 0xc020660b;
/** @public Writes out what is pending first: what has no place yet gets one. */
export const FIEMAP_FLAG_SYNC = 1;
/** Extents per call: 512 of 56 bytes, 28 KiB. */
const EXTENTS = 512;
const HEADER_BYTES = 32;
const EXTENT_BYTES = 56;
const EBADR = 53;
const ENOTTY = 25;
const EOPNOTSUPP = 95;
const ENOSYS = 38;

/** Flags of one extent, from linux/fiemap.h. */
export const FIEMAP_EXTENT = {
  last: 0x1,
  unknown: 0x2,
  delalloc: 0x4,
  encoded: 0x8,
  encrypted: 0x80,
  notAligned: 0x100,
  inline: 0x200,
  tail: 0x400,
  unwritten: 0x800,
  merged: 0x1000,
  shared: 0x2000,
} as const;

const memory = lazily(() => allocate(HEADER_BYTES + EXTENTS * EXTENT_BYTES));

/**
 * Gives the extents that overlap [start, start + length) of an open file in logical order. Returns false when the file
 * system does not answer FIEMAP. Addresses are bytes on the device of the file system.
 */
export function fiemap(
  fd: number,
  start: number,
  length: number,
  flags: number,
  each: (logical: number, physical: number, length: number, flags: number) => void,
): boolean {
  const end = start + length;
  for (let from = start; from < end; ) {
    const count = request(fd, from, end - from, flags);
    if (count < 0) return false;
    if (count === 0) return true;
    const { bytes } = memory();
    for (let index = 0; index < count; index += 1) {
      const at = HEADER_BYTES + index * EXTENT_BYTES;
      const logical = u64(bytes, at);
      const size = u64(bytes, at + 16);
      const extentFlags = bytes.readUInt32LE(at + 40);
      each(logical, u64(bytes, at + 8), size, extentFlags);
      if (extentFlags & FIEMAP_EXTENT.last) return true;
      if (logical + size <= from && index === count - 1) return true;
      from = Math.max(from, logical + size);
    }
  }
  return true;
}

/** One ioctl: how many extents it filled in, or -1 when this file system cannot. */
function request(fd: number, start: number, length: number, flags: number): number {
  const { bytes, address } = memory();
  bytes.fill(0, 0, HEADER_BYTES);
  putU64(bytes, 0, start);
  putU64(bytes, 8, length);
  bytes.writeUInt32LE(flags, 16);
  bytes.writeUInt32LE(EXTENTS, 24);
  if (libc().ioctl(fd, FS_IOC_FIEMAP, address) >= 0) return bytes.readUInt32LE(20);
  const errno = libc().errno();
  if (errno === ENOTTY || errno === EOPNOTSUPP || errno === ENOSYS || errno === EBADR) return -1;
  throw failure('fiemap', errno, fd);
}

const u64 = (bytes: Buffer, at: number): number => bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 0x1_0000_0000;

function putU64(bytes: Buffer, at: number, value: number): void {
  bytes.writeUInt32LE(value % 0x1_0000_0000, at);
  bytes.writeUInt32LE(Math.floor(value / 0x1_0000_0000), at + 4);
}
