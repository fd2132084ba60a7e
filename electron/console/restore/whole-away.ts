import { lastPlace, takeInCommand } from '../../../shared/model/tape-place.ts';
import { setId } from '../../../shared/units.ts';
import { chunkPlaces, DamagedChunks } from '../../engine/catalog/index.ts';
import { placedTape } from '../library/placed-tape.ts';
import { tapesAtHand } from '../tapes-at-hand.ts';
import type { RestoreResult } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';

/**
 * Tapes that are not here and on which, as far as is known, what was found damaged on others is whole: who has it brought back has not lost it. `then`: what
 * is to be done again once a tape is back, as a sentence.
 */
export const wholeAway = (
  { vault, catalog, catalogFile }: OpenVault,
  damaged: readonly { readonly set: string; readonly chunk: number; readonly tape: string }[],
  then: string,
): RestoreResult['warnings'] => {
  const here = new Set(tapesAtHand(vault));
  const known = DamagedChunks.of(catalogFile);
  const chunks = new Map<string, Set<string>>();
  for (const [set, found] of Map.groupBy(damaged, (each) => each.set))
    for (const place of chunkPlaces(catalog, setId(set), new Set(found.map(({ chunk }) => chunk)))) {
      if (here.has(place.tape) || known.lists(place)) continue;
      const on = chunks.get(place.tape) ?? new Set();
      chunks.set(place.tape, on.add(`${set} ${place.sequence}`));
    }
  return [...chunks].map(([tape, on]) => {
    const at = placedTape(vault.dir, vault.library.state, tape);
    const bring = typeof at.importExport === 'number' ? `Take it in: ${takeInCommand(at.barcode, vault.dir)}. ` : '';
    return {
      code: 'COPY_AWAY',
      path: tape,
      message: `Tape ${tape} (barcode ${at.barcode}, ${lastPlace(at)}), which is not here, holds ${on.size} of the damaged chunks too, and nothing is known to be wrong with them there. ${bring}${then}`,
    };
  });
};
