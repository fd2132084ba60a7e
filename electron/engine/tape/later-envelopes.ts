import type { LibraryState } from './library-state.ts';
import type { TapeGlance } from './tape-glance.ts';
import { glanceAtTape, shelvedBarcodes, tapePath } from './tape-shelf.ts';

/** The envelopes record of a tape's tail, and whose it is. */
export interface LaterEnvelopes extends Pick<NonNullable<TapeGlance['tail']>, 'envelopes' | 'envelopesGeneration'> {
  readonly barcode: string;
}

/** The envelopes of the present passphrase: those of the last generation, and of its tail that was written last. */
export const latestEnvelopes = (glances: readonly TapeGlance[]): LaterEnvelopes | null => {
  const tails = glances.flatMap(({ header, tail }) =>
    tail && tail.envelopes.length > 0 ? [{ ...tail, barcode: header.tape.barcode }] : [],
  );
  const [last] = tails.sort(
    (one, other) => other.envelopesGeneration - one.envelopesGeneration || other.writtenAt - one.writtenAt,
  );
  return last ?? null;
};

/** The latest envelopes on the shelf, when they are later than the library's: then it was put back from an older copy. */
export const laterEnvelopes = (dir: string, { vault, envelopesGeneration }: LibraryState): LaterEnvelopes | null => {
  const own = shelvedBarcodes(dir)
    .flatMap((barcode) => glanceAt(tapePath(dir, barcode)))
    .filter(({ header }) => header.sealed && header.vault.id === vault.id);
  const latest = latestEnvelopes(own);
  return latest !== null && latest.envelopesGeneration > envelopesGeneration ? latest : null;
};

const glanceAt = (path: string): TapeGlance[] => {
  try {
    return [glanceAtTape(path)];
  } catch {
    // What cannot be read says nothing. A tape that is written to all the same keeps envelopes that are later.
    return [];
  }
};
