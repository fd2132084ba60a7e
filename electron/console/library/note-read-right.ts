import { asColdframeError } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import { tapeId } from '../../../shared/units.ts';
import * as catalog from '../../engine/catalog/index.ts';
import type { OpenVault } from '../vault-session.ts';

/**
 * Notes of which tapes all was read, and is right: every place on it of a set that is complete. `rightOn`: how many places on each were. Gives a
 * warning when that cannot be kept.
 */
export const noteReadRight = (
  { vault, catalog: store }: OpenVault,
  rightOn: ReadonlyMap<string, number>,
): Warning[] => {
  const whole = new Set(
    catalog
      .sets(store)
      .filter(({ state }) => state === 'complete')
      .map(({ id }) => id),
  );
  const kept = (tape: string): number =>
    [...catalog.chunksOn(store, tapeId(tape))].filter(({ set }) => whole.has(set)).length;
  const read = [...rightOn].filter(([tape, right]) => right >= kept(tape)).map(([tape]) => tape);
  try {
    vault.library.noteReadRight(read);
    return [];
  } catch (thrown) {
    const { code, message } = asColdframeError(thrown);
    return [{ code, path: vault.dir, message: `that tapes were read could not be noted: ${message}` }];
  }
};
