import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import type { LeftOut, Selection } from '../../../shared/model/selection.ts';

/** The set header of the media format, as JSON: docs/MEDIA-FORMAT.md, section 6. */
export const setHeader = (
  set: BlockSetSummary,
  selection: Selection,
  leftOut: readonly LeftOut[],
  source: Readonly<Record<string, string>>,
): string =>
  JSON.stringify({
    format: 'coldframe-set',
    version: 1,
    set: { id: set.id, level: set.level, parent: set.parent, createdAt: set.createdAt, finishedAt: set.finishedAt },
    object: { ...set.object, selection },
    source,
    counts: {
      elements: set.elements,
      logicalBytes: set.logicalBytes,
      bytesRead: set.bytesRead,
      bytesStored: set.bytesStored,
      segments: set.segments,
    },
    drives: set.drives,
    leftOut,
    warnings: set.warnings,
  });
