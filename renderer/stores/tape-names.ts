import { useState } from 'react';
import type { TapeView } from '../../shared/contract/tapes.ts';
import { useQuery } from './calls.ts';

/** What a tape is called on every screen: by what stands on it. */
export type TapeName = (volume: string) => string;

/** Names among the tapes that are known; of others there is the volume id. */
export const nameIn = (tapes: readonly Pick<TapeView, 'id' | 'barcode'>[]): TapeName => {
  const barcodes = new Map(tapes.map(({ id, barcode }) => [id, barcode]));
  return (volume) => barcodes.get(volume) || volume;
};

/** What a tape is called where the names are not known. */
export const byVolume: TapeName = (volume) => volume;

/** Answers one and the same function for as long as the names are the same, so that what was drawn with it stands. */
export const nameKeeper = (): typeof nameIn => {
  let known = '';
  let name = byVolume;
  return (tapes) => {
    const now = JSON.stringify(tapes.map(({ id, barcode }) => [id, barcode]));
    if (now !== known) [known, name] = [now, nameIn(tapes)];
    return name;
  };
};

/** The names of a vault's tapes; null until they are known, and volume ids where they cannot be had. */
export const useTapeNames = (vault: string | null): TapeName | null => {
  const { data, error } = useQuery('tape.names', vault === null ? null : { vault });
  const [named] = useState(nameKeeper);
  if (data) return named(data.tapes);
  return error ? byVolume : null;
};
