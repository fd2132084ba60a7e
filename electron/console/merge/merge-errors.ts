import { type ByteString, displayText } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';

const NAMED = 10;

/** Content that a merge needs and cannot have. `tape` is null when no tape of the vault holds the chunk. */
export const contentLost = (
  tape: string | null,
  chunk: { readonly set: string; readonly sequence: number },
  elements: ReadonlySet<ByteString>,
  reason: string,
): ColdframeError => {
  const names = [...elements].slice(0, NAMED).map((path) => displayText(path));
  const more = elements.size > NAMED ? ` and ${elements.size - NAMED} more` : '';
  const where = tape === null ? '' : ` on tape ${tape}`;
  return new ColdframeError('UNIT_DAMAGED', {
    message: `Chunk ${chunk.sequence} of block set ${chunk.set}${where} cannot be merged: ${reason}. It holds content of ${names.join(', ')}${more}.`,
    guidance:
      'Nothing was lost by the attempt and no set was made. Back these elements up again with a full backup, or bring the tape back, then merge.',
    context: { tape, chunk: chunk.sequence, set: chunk.set, elements: names.join('\n'), elementCount: elements.size },
  });
};
