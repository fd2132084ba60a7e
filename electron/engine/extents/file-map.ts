import { FIEMAP_EXTENT, fiemap, nextData, nextHole } from '../../platform/linux/index.ts';
import { coalesce, type Extent, subtract } from './extent-algebra.ts';

/**
 * Where the content of a file lies. What no extent covers reads as zeros and need not be read: a hole, or room that was
 * reserved and never written.
 *
 * | on the file system | in the map |
 * | --- | --- |
 * | written, with a place of its own | extent with its address |
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
  const extents: Extent[] = [];
  const unwritten: Extent[] = [];
  let pending = false;
  const answered = fiemap(fd, 0, size, 0, (logical, physical, length, flags) => {
    const end = Math.min(size, logical + length);
    if (end <= logical) return;
    const address = (flags & NO_PLACE) === 0 ? physical : null;
    // Reserved room may have been written to in memory only, where FIEMAP does not look.
    if (flags & FIEMAP_EXTENT.unwritten) pending = true;
    const extent = { offset: logical, length: end - logical, address };
    (flags & FIEMAP_EXTENT.unwritten && address !== null ? unwritten : extents).push(extent);
  });
  if (!answered) return null;
  return pending
    ? withPending(fd, size, extents, unwritten)
    : { extents: coalesce(extents), unwritten: [], source: 'fiemap' };
}

/**
 * Tells reserved room that was never written from room whose content still waits in memory: SEEK_DATA looks into the page
 * cache, FIEMAP does not. What it calls data is data, without a place that can be trusted.
 */
function withPending(fd: number, size: number, extents: readonly Extent[], unwritten: readonly Extent[]): FileMap {
  const seen = bySeeking(fd, size);
  const data = seen === null ? unwritten : seen.extents;
  const empty = subtract(unwritten, data);
  const waiting = subtract(unwritten, empty).map(({ offset, length }) => ({ offset, length, address: null }));
  const all = [...extents, ...waiting].sort((one, other) => one.offset - other.offset);
  return { extents: coalesce(all), unwritten: coalesce(empty), source: 'fiemap' };
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
