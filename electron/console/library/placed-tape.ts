import type { PlacedTape } from '../../../shared/model/tape-place.ts';
import { inImportExport } from '../../engine/tape/import-export.ts';
import type { LibraryState } from '../../engine/tape/library-state.ts';

/** A tape by what stands on it, and where the library last knew it to be; by its volume id when the library does not know it. */
export const placedTape = (dir: string, state: LibraryState, volume: string): PlacedTape => {
  const { tapes, slots, drives } = state;
  const known = tapes.find((tape) => tape.volume === volume);
  const outside = known === undefined ? 0 : inImportExport(dir, state).indexOf(known.barcode) + 1;
  return {
    tape: volume,
    barcode: known?.barcode ?? volume,
    slot: slots.find(({ tape }) => tape === volume)?.number ?? null,
    drive: drives.find(({ tape }) => tape === volume)?.number ?? null,
    ...(outside === 0 ? {} : { importExport: outside }),
    pool: known?.pool ?? 'data',
    ...(typeof known?.shelf === 'string' ? { shelf: known.shelf } : {}),
  };
};
