import { MEDIA_SUFFIX } from './barcodes.ts';
import type { LibraryState, TapeRecord } from './library-state.ts';
import { blankTape } from './tape-record.ts';
import { isShelved } from './tape-shelf.ts';

/**
 * Whether the library calls a tape blank, or does not know it, that lies on the shelf or that a catalog has chunks on:
 * then it is older than they are. `named`: volumes that a catalog has chunks on.
 */
export const isBehind = (dir: string, { tapes }: LibraryState, named: readonly TapeRecord['volume'][]): boolean =>
  tapes.some(({ state, barcode }) => state === 'blank' && isShelved(dir, barcode)) || unused(tapes, named).length > 0;

/** The library with the named tapes that it still takes for unused as missing, so that nothing new gets their names. */
export const withMissing = (state: LibraryState, named: readonly TapeRecord['volume'][]): LibraryState => {
  const gone = new Set<string>(unused(state.tapes, named));
  const known = new Set<string>(state.tapes.map(({ volume }) => volume));
  const note = 'The catalog has chunks on it, and it is not in its place.';
  const strangers = named.filter((volume) => !known.has(volume));
  return {
    ...state,
    tapes: [
      ...state.tapes.map((tape) => (gone.has(tape.volume) ? { ...tape, state: 'missing' as const, note } : tape)),
      ...strangers.map((volume) => ({
        ...blankTape(volume, `${volume}${MEDIA_SUFFIX}`),
        state: 'missing' as const,
        note,
      })),
    ],
  };
};

const unused = (tapes: readonly TapeRecord[], named: readonly TapeRecord['volume'][]): TapeRecord['volume'][] => {
  const used = new Set<string>(tapes.filter(({ state }) => state !== 'blank').map(({ volume }) => volume));
  return named.filter((volume) => !used.has(volume));
};
