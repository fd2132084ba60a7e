import { printable } from './printable.ts';

/** Where a library last knew a tape to be. */
export interface TapePlace {
  /** From 1; both null when it was in none. */
  readonly slot: number | null;
  readonly drive: number | null;
  /** Import/export slot that it is in now, where no job reaches it; from 1. */
  readonly importExport?: number | null | undefined;
  readonly pool: string;
  /** Where a person keeps it, in their words, while it is out of the library. */
  readonly shelf?: string | null | undefined;
}

/** A tape as a person finds it: by what stands on it, and by the place that it was in. */
export interface PlacedTape extends TapePlace {
  /** Volume id. */
  readonly tape: string;
  readonly barcode: string;
}

/** Where to look for a tape that is not here. */
export const lastPlace = ({ slot, drive, importExport, pool, shelf }: TapePlace): string => {
  if (typeof importExport === 'number') return `in import/export slot ${importExport}`;
  if (typeof shelf === 'string') return `on shelf ${printable(shelf)}`;
  const was = drive !== null ? `last in drive ${drive}` : slot !== null ? `last in slot ${slot}` : 'in no slot';
  return pool === 'vaulted' ? `taken away to be kept, ${was}` : was;
};

/** The place that a tape is said to be in, whichever tape it is; its barcode when it is in none. */
export const placeNow = ({ barcode, slot, drive, importExport }: Omit<PlacedTape, 'tape' | 'pool'>): string => {
  if (typeof importExport === 'number') return `import/export slot ${importExport}`;
  if (drive !== null) return `drive ${drive}`;
  return slot === null ? barcode : `slot ${slot}`;
};

/** The command that brings a tape back from the import/export slot. */
export const takeInCommand = (barcode: string, dir = 'DIR'): string => `coldframe library take-in ${dir} ${barcode}`;

/** What a person does at a command line to have a tape here again, as the beginning of a sentence in lower case. */
export const bringBack = ({ barcode, importExport }: Pick<PlacedTape, 'barcode' | 'importExport'>): string =>
  typeof importExport === 'number' ? `take it in (${takeInCommand(barcode)})` : 'put it back';

/** A tape by its barcode, and where it was last. */
export const placedName = ({ barcode, ...place }: Pick<PlacedTape, 'barcode' | keyof TapePlace>): string =>
  `${barcode} (${lastPlace(place)})`;

/** Several of them, the first `most` by name. */
export const placedNames = (tapes: readonly Omit<PlacedTape, 'tape'>[], most = 8): string =>
  `${tapes.slice(0, most).map(placedName).join(', ')}${tapes.length > most ? ` and ${tapes.length - most} more` : ''}`;
