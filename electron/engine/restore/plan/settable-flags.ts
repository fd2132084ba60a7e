/**
 * The bits of the FS_IOC_GETFLAGS word that `chattr` can set; the others say how the file system stores the file.
 * In order: s u c S i a d A, then j t D T, C, P. Source: linux/fs.h.
 */
const SETTABLE = 0xff | 0x4000 | 0x8000 | 0x10000 | 0x20000 | 0x80_0000 | 0x2000_0000;

/** What of an element's flags a restore sets. */
export const settableFlags = (flags: number | null): number => ((flags ?? 0) & SETTABLE) >>> 0;

/** The word to set: the file's own bits where they are not ours to choose. */
export const flagsToSet = (current: number, wanted: number): number =>
  ((current & ~SETTABLE) | settableFlags(wanted)) >>> 0;
