/** A half-open range of bytes. Lists of them are in ascending order; those here do not overlap unless said otherwise. */
export interface Range {
  readonly offset: number;
  readonly length: number;
}

/** A range that may know where it lies on its device: byte address, or null. */
export interface Extent extends Range {
  readonly address: number | null;
}

/** A part of an extent: offset and address move together. */
export const slice = (extent: Extent, start: number, end: number): Extent => ({
  offset: start,
  length: end - start,
  address: extent.address === null ? null : extent.address + (start - extent.offset),
});

/** The parts of `extents` that lie in `ranges`. */
export function intersect(extents: readonly Extent[], ranges: readonly Range[]): Extent[] {
  const found: Extent[] = [];
  let at = 0;
  for (const extent of extents) {
    const end = extent.offset + extent.length;
    while (at < ranges.length && endOf(ranges[at]) <= extent.offset) at += 1;
    for (let index = at; index < ranges.length; index += 1) {
      const range = ranges[index] as Range;
      if (range.offset >= end) break;
      found.push(slice(extent, Math.max(extent.offset, range.offset), Math.min(end, endOf(range))));
    }
  }
  return found;
}

/** The parts of `extents` that lie in none of `ranges`. */
export function subtract(extents: readonly Extent[], ranges: readonly Range[]): Extent[] {
  const found: Extent[] = [];
  let at = 0;
  for (const extent of extents) {
    const end = extent.offset + extent.length;
    let start = extent.offset;
    while (at < ranges.length && endOf(ranges[at]) <= start) at += 1;
    for (let index = at; index < ranges.length && start < end; index += 1) {
      const range = ranges[index] as Range;
      if (range.offset >= end) break;
      if (range.offset > start) found.push(slice(extent, start, range.offset));
      start = Math.max(start, endOf(range));
    }
    if (start < end) found.push(slice(extent, start, end));
  }
  return found;
}

/** Cuts extents wherever a multiple of `size` lies within them: no part spans two segments. */
export function splitAt(extents: readonly Extent[], size: number): Extent[] {
  if (!Number.isSafeInteger(size) || size <= 0) throw new RangeError(`A segment cannot have ${size} bytes.`);
  const found: Extent[] = [];
  for (const extent of extents) {
    const end = extent.offset + extent.length;
    for (let start = extent.offset; start < end; ) {
      const next = Math.min(end, (Math.floor(start / size) + 1) * size);
      found.push(slice(extent, start, next));
      start = next;
    }
  }
  return found;
}

/** Joins neighbours that follow each other in the element and on the device alike. */
export function coalesce(extents: readonly Extent[]): Extent[] {
  const found: Extent[] = [];
  for (const extent of extents) {
    if (extent.length === 0) continue;
    const last = found.at(-1);
    if (last !== undefined && continues(last, extent))
      found[found.length - 1] = slice(last, last.offset, endOf(extent));
    else found.push(extent);
  }
  return found;
}

/** The union of ranges in any order, overlapping or not. */
export function union(ranges: readonly Range[]): Range[] {
  const found: Range[] = [];
  for (const range of [...ranges].sort((one, other) => one.offset - other.offset)) {
    if (range.length === 0) continue;
    const last = found.at(-1);
    if (last !== undefined && range.offset <= endOf(last)) {
      const end = Math.max(endOf(last), endOf(range));
      found[found.length - 1] = { offset: last.offset, length: end - last.offset };
    } else found.push({ offset: range.offset, length: range.length });
  }
  return found;
}

/** Bytes in a list of ranges. */
export const totalOf = (ranges: readonly Range[]): number => ranges.reduce((sum, { length }) => sum + length, 0);

const endOf = (range: Range | undefined): number => (range === undefined ? 0 : range.offset + range.length);

/** Whether `next` goes on where `last` ends, in both address spaces. */
const continues = (last: Extent, next: Extent): boolean =>
  endOf(last) === next.offset &&
  (last.address === null ? next.address === null : next.address === last.address + last.length);
