import type { StoredExtent } from '../../../shared/model/element.ts';
import { malformed } from '../blockset/byte-reader.ts';
import { type InheritedRun, isInherited, type MapEntry } from '../blockset/extent-codec.ts';
import { ExtentBuilder } from '../mover/extent-builder.ts';

const DIGEST_BYTES = 32;

/**
 * The extents of a part whose map takes runs over from `parent`, the extents of the same part there, both ascending. Runs are cut
 * where digests begin and end. Throws RECORD_MALFORMED when the parent does not have all of a run.
 */
export const cutExtents = (map: readonly MapEntry[], parent: readonly StoredExtent[]): StoredExtent[] => {
  const built = new ExtentBuilder();
  let next = 0;
  for (const entry of map) {
    if (isInherited(entry)) next = takeOver(entry, parent, next, built);
    else addPieces(entry, entry.offset, entry.offset + entry.length, built);
  }
  return built.extents();
};

/** Takes a run over; `from`: the first extent of the parent that may have some of it. Returns that of the next run. */
const takeOver = (run: InheritedRun, parent: readonly StoredExtent[], from: number, built: ExtentBuilder): number => {
  const end = run.offset + run.length;
  let at = run.offset;
  let next = from;
  for (; at < end; next += 1) {
    const extent = parent[next];
    if (extent === undefined || extent.offset > at) throw lacking(at);
    if (extent.offset + extent.length <= at) continue;
    at = addPieces(extent, at, Math.min(end, extent.offset + extent.length), built);
  }
  // The last of them may go on behind the run.
  return Math.max(from, next - 1);
};

/** Adds the pieces of an extent in [start, end), which has to begin and end with a piece; returns `end`. */
const addPieces = (extent: StoredExtent, start: number, end: number, built: ExtentBuilder): number => {
  const span = extent.digestSpan === 0 ? extent.length : extent.digestSpan;
  const last = extent.offset + extent.length;
  if ((start - extent.offset) % span !== 0 || ((end - extent.offset) % span !== 0 && end !== last))
    throw lacking(start);
  for (let offset = start; offset < end; offset += span) {
    const into = offset - extent.offset;
    const { set, chunk, unit, unitOffset, sourceAddress } = extent;
    built.add({
      offset,
      length: Math.min(span, last - offset),
      sourceAddress: sourceAddress === null ? null : sourceAddress + into,
      set,
      chunk,
      unit,
      unitOffset: unitOffset + into,
      digest: extent.digests.subarray((into / span) * DIGEST_BYTES, (into / span + 1) * DIGEST_BYTES),
    });
  }
  return end;
};

const lacking = (offset: number): Error =>
  malformed(`it takes content at byte ${offset} over from its parent, which has none such there`);
