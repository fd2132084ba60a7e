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
      'Nothing was lost by the attempt and no set was made. Back these elements up again with a full backup, which reads them from the source.',
    context: { tape, chunk: chunk.sequence, set: chunk.set, elements: names.join('\n'), elementCount: elements.size },
  });
};

/** Tapes that a merge takes content from and that are not in the vault. They are not known to be damaged. */
export const tapesAway = (tapes: readonly string[], chunks: number): ColdframeError => {
  const one = tapes.length === 1;
  const named = tapes.slice(0, NAMED).join(', ') + (tapes.length > NAMED ? ` and ${tapes.length - NAMED} more` : '');
  return new ColdframeError('TAPES_AWAY', {
    message: `${one ? 'Tape' : 'The tapes'} ${named} ${one ? 'is' : 'are'} not in the vault, and this merge takes ${chunks === 1 ? '1 chunk' : `${chunks} chunks`} from ${one ? 'it' : 'them'}.`,
    guidance: `Nothing was lost by the attempt and no set was made. Put ${one ? 'it' : 'them'} back and merge again, or merge with --wait, which begins by itself once ${one ? 'it is' : 'all are'} back. A full backup needs no earlier tape: it reads the source.`,
    context: { tapes: tapes.join(' '), chunks },
  });
};
