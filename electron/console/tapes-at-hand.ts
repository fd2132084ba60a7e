import type { PlacedTape } from '../../shared/model/tape-place.ts';
import type { LibraryState } from '../engine/tape/library-state.ts';
import { aboutTape, identifyTape, isThere, placeOf, shelvedBarcodes, tapePath } from '../engine/tape/tape-shelf.ts';
import { placedTape } from './library/placed-tape.ts';

/**
 * Volume ids of the tapes that are in the vault, by the one rule that backup, restore and verify share. Of tapes in a folder
 * their files tell, without an inventory: one that was taken away is not at hand, one that is back is. Whether it is the
 * one that was meant is found out when it is mounted. Of a changer the library tells.
 */
export const tapesAtHand = ({
  dir,
  library,
}: {
  readonly dir: string;
  readonly library: { readonly state: LibraryState };
}): string[] => library.state.tapes.filter((tape) => isAtHand(dir, library.state, tape)).map(({ volume }) => volume);

/** The tapes that something was written to and that are not in the vault now. */
export const tapesAwayFrom = (dir: string, state: LibraryState): PlacedTape[] =>
  state.tapes.filter((tape) => isAway(dir, state, tape)).map(({ volume }) => placedTape(dir, state, volume));

/** Whether something was written to a tape, and it is not in the vault now. */
export const isAway = (dir: string, state: LibraryState, tape: LibraryState['tapes'][number]): boolean =>
  tape.state !== 'blank' && tape.chunks > 0 && !isAtHand(dir, state, tape);

/** At hand and, as far as the library knows of a look at what lies in their places, themselves: a plan reads nothing of the others. */
export const tapesToRead = (vault: Parameters<typeof tapesAtHand>[0]): string[] => {
  const { tapes, settings, vault: own } = vault.library.state;
  const others = new Set<string>(
    settings.changer === undefined
      ? tapes
          .filter((tape) => tape.state === 'missing' && isAnother(vault.dir, own.id, tape))
          .map(({ volume }) => volume)
      : [],
  );
  return tapesAtHand(vault).filter((volume) => !others.has(volume));
};

/** Whether what lies in a tape's place says that it is another one; what says nothing may still be that tape. */
const isAnother = (dir: string, own: string, record: LibraryState['tapes'][number]): boolean => {
  if (!isThere(dir, record)) return false;
  try {
    const { vault, tape } = identifyTape(placeOf(dir, record));
    return vault.id !== own || tape.volume !== record.volume;
  } catch (thrown) {
    aboutTape(thrown);
    return false;
  }
};

/**
 * The name under which the file of a tape lies on the shelf though its own place has another one, or none: somebody swapped or renamed files. Null when it lies under no
 * other name. Looks at the beginning of each file.
 */
export const lyingAs = ({ dir, library }: Parameters<typeof tapesAtHand>[0], volume: string): string | null => {
  const { vault, settings, tapes } = library.state;
  if (settings.changer !== undefined) return null;
  const known = tapes.find((tape) => tape.volume === volume);
  const isIt = (barcode: string): boolean => {
    try {
      const header = identifyTape(tapePath(dir, barcode));
      return header.vault.id === vault.id && header.tape.volume === volume;
    } catch (thrown) {
      aboutTape(thrown);
      return false;
    }
  };
  return shelvedBarcodes(dir).find((barcode) => barcode !== known?.barcode && isIt(barcode)) ?? null;
};

const isAtHand = (dir: string, { settings }: LibraryState, tape: LibraryState['tapes'][number]): boolean =>
  settings.changer === undefined
    ? isThere(dir, tape)
    : tape.state !== 'blank' && tape.state !== 'missing' && !tape.takenOut;
