import { deviceNumber, type FileStat, foldInode, typeOfMode } from '../file-stat.ts';
import { AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, checked, nameAddress } from './calling.ts';
import { libc } from './libc.ts';
import { allocate, lazily } from './memory.ts';

/** Mounting something just because a backup looked at it would be rude. */
const AT_NO_AUTOMOUNT = 0x800;
const STATX_BASIC_STATS_AND_MOUNT = 0x17ff;

const buffer = lazily(() => {
  const memory = allocate(256);
  const whole = memory.bytes.buffer;
  return { address: memory.address, u32: new Uint32Array(whole), i32: new Int32Array(whole) };
});

/** Reads what a name in a directory is, without following it. */
export function statAt(directory: number, name: string, into: FileStat): FileStat {
  checked(statAddress(directory, nameAddress(name), into), 'stat', directory, name);
  return into;
}

/** Reads what an open file is. */
export function statFd(fd: number, into: FileStat): FileStat {
  const at = buffer().address;
  checked(libc().statx(fd, nameAddress(''), AT_EMPTY_PATH, STATX_BASIC_STATS_AND_MOUNT, at), 'stat', fd);
  fill(into);
  return into;
}

/** The same for a name that lies in native memory already: for walks. Returns below 0 on error, with errno set. */
export function statAddress(directory: number, name: number, into: FileStat): number {
  const flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
  const result = libc().statx(directory, name, flags, STATX_BASIC_STATS_AND_MOUNT, buffer().address);
  if (result >= 0) fill(into);
  return result;
}

/** Takes `struct statx` apart (statx(2)); offsets are in words of 32 bits. */
function fill(into: FileStat): void {
  const { u32, i32 } = buffer();
  const at = (word: number): number => u32[word] as number;
  const signed = (word: number): number => (i32[word + 1] as number) * 0x1_0000_0000 + at(word);
  const mode = at(7) & 0xffff;
  into.type = typeOfMode(mode);
  into.mode = mode & 0o7777;
  into.links = at(4);
  into.uid = at(5);
  into.gid = at(6);
  into.inode = foldInode(at(8), at(9));
  into.size = signed(10);
  into.allocated = signed(12) * 512;
  into.changedSeconds = signed(24);
  into.changedNanos = at(26);
  into.modifiedSeconds = signed(28);
  into.modifiedNanos = at(30);
  into.deviceMajor = at(32);
  into.deviceMinor = at(33);
  into.device = deviceNumber(at(34), at(35));
  into.mount = at(0) & 0x1000 ? foldInode(at(36), at(37)) : 0;
}
