import { type ByteString, displayText } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';

const NAMED = 10;

/** Content that a merge needs and cannot have. `tried`: the tapes at hand that hold the chunk; `away`: those that do and are not in the vault. */
export const contentLost = (
  { tried, away }: { readonly tried: readonly string[]; readonly away: readonly string[] },
  chunk: { readonly set: string; readonly sequence: number },
  elements: ReadonlySet<ByteString>,
  reason: string,
): ColdframeError => {
  const names = [...elements].slice(0, NAMED).map((path) => displayText(path));
  const more = elements.size > NAMED ? ` and ${elements.size - NAMED} more` : '';
  const where = tried.length === 0 ? '' : ` on ${tried.length === 1 ? 'tape' : 'the tapes'} ${tried.join(', ')}`;
  const copies = away.length === 1 ? `Tape ${away[0]}, which is` : `The tapes ${away.join(', ')}, which are`;
  const back = `${copies} not in the vault, ${away.length === 1 ? 'holds' : 'hold'} it too: put ${away.length === 1 ? 'it' : 'one of them'} back and merge again. Otherwise back`;
  return new ColdframeError('UNIT_DAMAGED', {
    message: `Chunk ${chunk.sequence} of block set ${chunk.set}${where} cannot be merged: ${reason}. It holds content of ${names.join(', ')}${more}.`,
    guidance: `Nothing was lost by the attempt and no set was made. ${away.length === 0 ? 'Back' : back} these elements up again with a full backup, which reads them from the source.`,
    context: {
      tape: tried.join(' '),
      chunk: chunk.sequence,
      set: chunk.set,
      elements: names.join('\n'),
      elementCount: elements.size,
    },
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
