import type { ByteString } from '../byte-string.ts';

/** What an element is; the numbers are those of docs/MEDIA-FORMAT.md, section "Element record". */
export const ELEMENT_TYPES = ['file', 'dir', 'symlink', 'fifo', 'socket', 'chardev', 'blockdev'] as const;
export type ElementType = (typeof ELEMENT_TYPES)[number];

/** A point in time to the nanosecond: whole seconds since 1970-01-01 UTC (may be negative) and 0 ≤ nanos < 10^9. */
export interface Timestamp {
  readonly seconds: number;
  readonly nanos: number;
}

export interface ExtendedAttribute {
  /** Raw name, with its name space: `user.comment`, `system.posix_acl_access`. */
  readonly name: ByteString;
  readonly value: Uint8Array;
}

/** Everything known of an element but its content. */
export interface ElementAttributes {
  /** Absolute path: raw bytes, `/`-separated, no trailing slash (the root itself is `/`), no NUL. */
  readonly path: ByteString;
  readonly type: ElementType;
  /** Permission bits with setuid, setgid and sticky: 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Name of the owner on the source, empty when it had none. */
  readonly user: string;
  readonly group: string;
  /** Length of the content in bytes; 0 for everything but a file. */
  readonly size: number;
  readonly modifiedAt: Timestamp;
  readonly changedAt: Timestamp;
  /** Device and inode number on the source: names of one `device:inode` with `links` > 1 are hard links. */
  readonly device: number;
  readonly inode: number;
  readonly links: number;
  /** FS_IOC_GETFLAGS word, or null where the file system has none. */
  readonly fileFlags: number | null;
  /** Of character and block devices only; else 0. */
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  /** Of symbolic links only; else empty. */
  readonly linkTarget: ByteString;
  readonly extendedAttributes: readonly ExtendedAttribute[];
  readonly marks: ElementMarks;
}

/** Facts about how the element was copied. */
export interface ElementMarks {
  /** Changed so shortly before it was read that an equal timestamp does not prove equal content. */
  readonly racy: boolean;
  /** It was still changing after the last attempt: stored as it was read. */
  readonly changedWhileCopied: boolean;
  /** Its content could not be read; attributes only. */
  readonly unreadable: boolean;
}

/** Where a run of content lies in a block set. */
export interface StoredExtent {
  /** Byte within the element. Extents are in ascending order and do not overlap; what none covers is a hole. */
  readonly offset: number;
  /** Bytes; at most the plain length of a unit (1 MiB). */
  readonly length: number;
  /** Byte address on the source device at the time of copying, or null when it was not known. */
  readonly sourceAddress: number | null;
  /** Set whose chunk holds the content: 32 hexadecimal digits. */
  readonly set: string;
  /** Sequence number of the chunk within that set. */
  readonly chunk: number;
  /** Number of the unit within the chunk (unit 0 is the chunk's index). */
  readonly unit: number;
  /** Byte within the plain content of the unit. */
  readonly unitOffset: number;
  /** Bytes covered by each digest: a segment (65536), or 0 when one digest covers the whole extent. */
  readonly digestSpan: number;
  /** SHA-256 digests of the plain content, 32 bytes each, in order. */
  readonly digests: Uint8Array;
}

/** An element with its content's places. `extents` are those of one part when the content is longer than PART_BYTES. */
export interface ElementRecord {
  readonly attributes: ElementAttributes;
  readonly extents: readonly StoredExtent[];
}

/** Content longer than this is described in parts of this length: record n gives the extents in [n, n+1) × PART_BYTES. */
export const PART_BYTES = 64 * 1024 * 1024;
/** Plain bytes in a unit, the piece that is compressed and sealed as one. */
export const UNIT_BYTES = 1024 * 1024;
/** Files up to this length have one digest an extent; longer ones have one a segment. */
export const WHOLE_DIGEST_BYTES = 1024 * 1024;
