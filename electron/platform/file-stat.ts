/** Positions in ELEMENT_TYPES, which are the numbers of the media format. */
export const TYPE_FILE = 0;
export const TYPE_DIRECTORY = 1;
export const TYPE_SYMLINK = 2;
export const TYPE_FIFO = 3;
export const TYPE_SOCKET = 4;
export const TYPE_CHARACTER_DEVICE = 5;
export const TYPE_BLOCK_DEVICE = 6;

/** What the system says of a file. One object is filled again and again: copy what you keep. */
export class FileStat {
  /** One of the TYPE_ numbers, or -1 for what has no place in a backup (a door, a whiteout). */
  type = -1;
  /** Permission bits with setuid, setgid and sticky. */
  mode = 0;
  uid = 0;
  gid = 0;
  links = 0;
  size = 0;
  /** Bytes that are allocated on the device. */
  allocated = 0;
  inode = 0;
  device = 0;
  /** Id of the mount, or 0 where the system does not say. */
  mount = 0;
  modifiedSeconds = 0;
  modifiedNanos = 0;
  changedSeconds = 0;
  changedNanos = 0;
  deviceMajor = 0;
  deviceMinor = 0;
}

/** By the upper four bits of `st_mode`. */
const TYPE_OF_MODE: readonly number[] = [
  -1,
  TYPE_FIFO,
  TYPE_CHARACTER_DEVICE,
  -1,
  TYPE_DIRECTORY,
  -1,
  TYPE_BLOCK_DEVICE,
  -1,
  TYPE_FILE,
  -1,
  TYPE_SYMLINK,
  -1,
  TYPE_SOCKET,
  -1,
  -1,
  -1,
];

/** The type within `st_mode`. */
export const typeOfMode = (mode: number): number => TYPE_OF_MODE[(mode >> 12) & 15] ?? -1;

/** Inode numbers beyond 2^53 (some stacked file systems tag the upper bits) are folded into a safe integer. */
export const foldInode = (low: number, high: number): number =>
  (high > 0x1fffff ? (high ^ (high >>> 21)) & 0x1fffff : high) * 0x1_0000_0000 + low;

/** Device number from major and minor, as Linux, and so Node's `stat`, composes it. */
export const deviceNumber = (major: number, minor: number): number =>
  (major & 0xfff) * 256 + (minor & 0xff) + (minor >>> 8) * 0x10_0000 + (major >>> 12) * 0x1000_0000_0000;
