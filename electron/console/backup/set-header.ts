import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import type { LeftOut, Selection } from '../../../shared/model/selection.ts';

/** The set header of the media format, as JSON: docs/MEDIA-FORMAT.md, section 6. `inherits`: its elements may take content over from its parent. */
export const setHeader = (
  set: BlockSetSummary,
  selection: Selection,
  leftOut: readonly LeftOut[],
  source: Readonly<Record<string, string>>,
  inherits: boolean,
): string =>
  JSON.stringify({
    format: 'coldframe-set',
    version: inherits ? 2 : 1,
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
