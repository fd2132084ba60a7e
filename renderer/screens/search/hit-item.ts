import type { OutputOf } from '../../../shared/contract/contract.ts';
import type { BasketItem } from '../../stores/basket.ts';

export type Hit = OutputOf<'find'>['entries'][number];

/**
 * What is taken of a hit: as it stood in the newest set with it. Null where an older console does not tell that set and it is a folder, of which
 * the first set with it may hold much else.
 */
export const itemOfHit = ({ set, object, path, pathBase64, type, bytes, last, lastAt }: Hit): BasketItem | null => {
  if (last === undefined && type === 'dir') return null;
  return { set: last ?? set, object, path, pathBase64, type, bytes, at: lastAt };
};
