import { asColdframeError, type ColdframeError } from '../../shared/errors.ts';
import { isAboutTape } from '../engine/tape/tape-errors.ts';
import { glanceAtTape, placeOf } from '../engine/tape/tape-shelf.ts';
import type { Vault } from '../engine/tape/vault.ts';
import { tapesAtHand } from './tapes-at-hand.ts';

export interface DamagedFront {
  readonly tape: string;
  readonly barcode: string;
  readonly reason: string;
}

/**
 * Those of the volumes that are in the vault with a damaged beginning: everything behind that can be read, and they take
 * no more, which the library notes. Costs a look at each tape.
 */
export const damagedFronts = (vault: Vault, volumes: readonly string[]): DamagedFront[] => {
  const { library } = vault;
  const atHand = new Set(tapesAtHand(vault));
  const found = library.state.tapes
    .filter(({ volume }) => volumes.includes(volume) && atHand.has(volume))
    .flatMap((tape) => {
      const { volume, barcode, state } = tape;
      const damage = frontDamage(placeOf(vault.dir, tape));
      return damage ? [{ volume, barcode, state, reason: damage.message }] : [];
    });
  for (const { volume, state, reason } of found)
    if (!vault.readOnly && state !== 'damaged' && state !== 'retired' && !library.isHeld(volume))
      library.noteDamaged(volume, reason);
  return found.map(({ volume, barcode, reason }) => ({ tape: volume, barcode, reason }));
};

const frontDamage = (path: string): ColdframeError | null => {
  try {
    return glanceAtTape(path).front;
  } catch (thrown) {
    const error = asColdframeError(thrown);
    // Missing, another one, or nothing that can be read: that is told of where its chunks are wanted.
    if (isAboutTape(error)) return null;
    throw error;
  }
};
