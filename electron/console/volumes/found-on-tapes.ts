import type { ExportFailure } from '../../../shared/contract/volumes.ts';
import { DamagedChunks } from '../../engine/catalog/index.ts';
import { TakenElsewhere } from '../../engine/restore/execute/taken-elsewhere.ts';
import type { PlaceFound } from '../../engine/restore/instant/unit-source.ts';

/** Notes what serving a set found damaged in its catalog's vault, and gives what is to be said of it where the set is served. */
export const foundOnTapes = (catalog: string, { place, wrong, elsewhere }: PlaceFound): ExportFailure[] => {
  const unnoted = wrong ? DamagedChunks.note(catalog, [place], []) : [];
  const taken = new TakenElsewhere();
  if (elsewhere) taken.add(place);
  const tapes = taken.warnings().map(({ code, path, message }) => ({
    code,
    message: `Tape ${path}: ${message}`,
    guidance: 'Nothing is lost by that. Copy the tape anew, or back up what lies there once more.',
  }));
  const why = unnoted.map(({ code, message }) => ({
    code,
    message,
    guidance: 'Verify the set (coldframe verify), which notes what is damaged: the next backup stores it anew.',
  }));
  return [...tapes, ...why];
};
