import type { PlacedTape } from '../../../shared/model/tape-place.ts';
import type { LibraryState } from '../../engine/tape/library-state.ts';

/** A tape by what stands on it, and where the library last knew it to be; by its volume id when the library does not know it. */
export const placedTape = ({ tapes, slots, drives }: LibraryState, volume: string): PlacedTape => {
  const known = tapes.find((tape) => tape.volume === volume);
  return {
    tape: volume,
    barcode: known?.barcode ?? volume,
    slot: slots.find(({ tape }) => tape === volume)?.number ?? null,
    drive: drives.find(({ tape }) => tape === volume)?.number ?? null,
    pool: known?.pool ?? 'data',
  };
};
