import { FIEMAP_EXTENT, fiemap, nextData, nextHole } from '../../platform/linux/index.ts';
import { coalesce, type Extent, intersect, subtract, totalOf } from './extent-algebra.ts';

/**
 * Where the content of a file lies. What no extent covers reads as zeros and need not be read: a hole, or room that was
 * reserved and never written.
 *
 * | on the file system | in the map |
 * | --- | --- |
 * | written, with a place of its own | extent with its address (on btrfs an address in its own space, good for order alone) |
 * | written, not yet placed; inline; compressed, encrypted, packed: not at a place where its bytes can be read | extent, address null |
 * | reserved, never written | no extent, listed in `unwritten` |
 * | hole | no extent |
 */
export interface FileMap {
  readonly extents: readonly Extent[];
  /** Reserved room: reads as zeros now, but has a place, so that a restore may reserve it again. */
  readonly unwritten: readonly Extent[];
  /** Who answered: FIEMAP; SEEK_DATA and SEEK_HOLE, which know holes but no places; or nobody. */
  readonly source: 'fiemap' | 'seek' | 'none';
}

const NO_PLACE =
  FIEMAP_EXTENT.unknown |
  FIEMAP_EXTENT.delalloc |
  FIEMAP_EXTENT.encoded |
  FIEMAP_EXTENT.encrypted |
  FIEMAP_EXTENT.notAligned |
  FIEMAP_EXTENT.inline |
  FIEMAP_EXTENT.tail;

/**
 * Maps the first `size` bytes of an open regular file. Throws `IO`. The answer may be old by the time it is read: compare
 * configuration ids before and after copying. It moves the file position of `fd` when FIEMAP is not answered.
 */
export function mapFile(fd: number, size: number, platform: NodeJS.Platform = process.platform): FileMap {
  if (size === 0) return { extents: [], unwritten: [], source: 'none' };
  if (platform !== 'linux') return whole(size);
  return byFiemap(fd, size) ?? bySeeking(fd, size) ?? whole(size);
}

/** Asks FIEMAP; null when the file system does not answer it. */
function byFiemap(fd: number, size: number): FileMap | null {
  const written: Extent[] = [];
  const unwritten: Extent[] = [];
  const answered = fiemap(fd, 0, size, 0, (logical, physical, length, flags) => {
    const end = Math.min(size, logical + length);
    if (end <= logical) return;
    const address = (flags & NO_PLACE) === 0 ? physical : null;
    (flags & FIEMAP_EXTENT.unwritten ? unwritten : written).push({ offset: logical, length: end - logical, address });
  });
  if (!answered) return null;
  if (totalOf(written) === size) return { extents: coalesce(written), unwritten: [], source: 'fiemap' };
  return withHoles(fd, size, written, unwritten);
}

/**
 * What FIEMAP calls a hole or unwritten may have content that waits in memory (XFS: in room reserved for copy on write).
 * SEEK_DATA sees that content, so it alone decides what is a hole; FIEMAP only says where the rest lies. Reserved room that
 * someone read a moment ago counts as data then: it reads as zeros, and costs no more than that.
 */
function withHoles(fd: number, size: number, written: readonly Extent[], unwritten: readonly Extent[]): FileMap {
  const data = (bySeeking(fd, size) ?? whole(size)).extents;
  const placed = intersect(written, data);
  const extents = [...placed, ...subtract(data, written)].sort((one, other) => one.offset - other.offset);
  return { extents: coalesce(extents), unwritten: coalesce(subtract(unwritten, data)), source: 'fiemap' };
}

/** Asks where data and holes begin; null when the file system cannot say. */
function bySeeking(fd: number, size: number): FileMap | null {
  const extents: Extent[] = [];
  for (let at = 0; at < size; ) {
    const start = nextData(fd, at);
    if (start === undefined) return null;
    if (start === null || start >= size) break;
    const hole = nextHole(fd, start);
    if (hole === undefined) return null;
    const end = Math.min(size, hole ?? size);
    // A file that is being cut shorter meanwhile: what is gone is no data, and there must be an end to this.
    if (end <= start) break;
    extents.push({ offset: start, length: end - start, address: null });
    at = end;
  }
  return { extents, unwritten: [], source: 'seek' };
}

/** The honest answer of who knows nothing: all of it is data, somewhere. */
const whole = (size: number): FileMap => ({
  extents: [{ offset: 0, length: size, address: null }],
  unwritten: [],
  source: 'none',
});
