import type { OutputOf } from '../../../shared/contract/contract.ts';
import { type BasketItem, itemIn } from '../../stores/basket.ts';

export type Hit = OutputOf<'find'>['entries'][number];

/**
 * What is taken of a hit: as it stood in the newest set with it. Null where an older console does not tell that set and it is a folder, of which
 * the first set with it may hold much else.
 */
export const itemOfHit = (hit: Hit): BasketItem | null => {
  const { set, object, type, last, lastAt } = hit;
  if (last === undefined && type === 'dir') return null;
  return itemIn({ set: last ?? set, object, at: lastAt }, hit);
};
