/** Where a library last knew a tape to be. */
export interface TapePlace {
  /** From 1; both null when it was in none. */
  readonly slot: number | null;
  readonly drive: number | null;
  readonly pool: string;
}

/** A tape as a person finds it: by what stands on it, and by the place that it was in. */
export interface PlacedTape extends TapePlace {
  /** Volume id. */
  readonly tape: string;
  readonly barcode: string;
}

/** Where to look for a tape that is not here. */
export const lastPlace = ({ slot, drive, pool }: TapePlace): string => {
  const was = drive !== null ? `last in drive ${drive}` : slot !== null ? `last in slot ${slot}` : 'in no slot';
  return pool === 'vaulted' ? `taken away to be kept, ${was}` : was;
};

/** A tape by its barcode, and where it was last. */
export const placedName = ({ barcode, ...place }: Pick<PlacedTape, 'barcode' | keyof TapePlace>): string =>
  `${barcode} (${lastPlace(place)})`;

/** Several of them, the first `most` by name. */
export const placedNames = (tapes: readonly Omit<PlacedTape, 'tape'>[], most = 8): string =>
  `${tapes.slice(0, most).map(placedName).join(', ')}${tapes.length > most ? ` and ${tapes.length - most} more` : ''}`;
