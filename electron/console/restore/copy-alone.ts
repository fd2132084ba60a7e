import { lastPlace } from '../../../shared/model/tape-place.ts';
import type { SetId } from '../../../shared/units.ts';
import { chunkPlaces } from '../../engine/catalog/index.ts';
import { originalOf } from '../../engine/tape/copies.ts';
import { placedTape } from '../library/placed-tape.ts';
import { tapesAtHand } from '../tapes-at-hand.ts';
import type { VerifyResult } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';

/**
 * Originals that are not here, while a copy has the only place at hand of what they hold of these sets: all of it may be right, and a second loss is
 * the last. That a copy is away, where the original is here, is as it should be.
 */
export const copyAlone = ({ vault, catalog }: OpenVault, sets: readonly SetId[]): VerifyResult['warnings'] => {
  const { state } = vault.library;
  const here = new Set<string>(tapesAtHand(vault));
  const originals = new Map<string, string>();
  for (const tape of state.tapes) {
    const original = here.has(tape.volume) ? originalOf(state, tape) : null;
    if (original !== null && !here.has(original)) originals.set(tape.volume, original);
  }
  if (originals.size === 0) return [];
  const alone = new Map<string, number>();
  for (const set of sets)
    for (const places of Map.groupBy(chunkPlaces(catalog, set), ({ sequence }) => sequence).values()) {
      const [copy, ...others] = new Set(places.map(({ tape }) => tape).filter((tape) => here.has(tape)));
      if (copy === undefined || others.length > 0 || !originals.has(copy)) continue;
      alone.set(copy, (alone.get(copy) ?? 0) + 1);
    }
  return [...alone].map(([copy, chunks]) => {
    const original = placedTape(vault.dir, state, originals.get(copy) as string);
    const { barcode } = placedTape(vault.dir, state, copy);
    return {
      code: 'COPY_ALONE',
      path: original.tape,
      message: `Tape ${original.barcode} (${lastPlace(original)}) is not here, and its copy ${barcode} is the only tape here with ${chunks} of the chunks that lie on it. Keep ${barcode}, and put ${original.barcode} back; if that is lost, copy ${barcode} onto another tape.`,
    };
  });
};
