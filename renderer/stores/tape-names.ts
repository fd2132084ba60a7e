import { useMemo } from 'react';
import type { TapeView } from '../../shared/contract/tapes.ts';
import { useQuery } from './calls.ts';

/** What a tape is called on every screen: by what stands on it. */
export type TapeName = (volume: string) => string;

/** Names among the tapes that are known; of others there is the volume id. */
export const nameIn = (tapes: readonly Pick<TapeView, 'id' | 'barcode'>[]): TapeName => {
  const barcodes = new Map(tapes.map(({ id, barcode }) => [id, barcode]));
  return (volume) => barcodes.get(volume) || volume;
};

const UNNAMED: TapeName = (volume) => volume;

/** The names of a vault's tapes; volume ids until they are known. */
export const useTapeNames = (vault: string | null): TapeName => {
  const { data } = useQuery('tape.names', vault === null ? null : { vault });
  return useMemo(() => (data ? nameIn(data.tapes) : UNNAMED), [data]);
};
