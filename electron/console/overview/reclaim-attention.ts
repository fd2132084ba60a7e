import type { Attention } from '../../../shared/contract/attention.ts';
import type { TapeView } from '../../../shared/contract/tapes.ts';
import { worthReclaiming } from '../../../shared/model/reclaim.ts';
import { item } from './attention.ts';

/** The share of a vault that has to be won before anybody is bothered with it. */
const WORTH_SAYING = 0.1;

/** That much of what lies on full tapes is kept no more, so that reclaiming them gives room. */
export const reclaimAttention = (
  vault: string,
  tapes: readonly TapeView[],
  { bytesCapacity }: { readonly bytesCapacity: number },
): Attention[] => {
  const { tapes: worth, bytesWon } = worthReclaiming(tapes);
  if (worth.length === 0 || bytesWon < bytesCapacity * WORTH_SAYING) return [];
  return [item('TAPES_TO_RECLAIM', 'look', { vault }, { count: worth.length, bytes: bytesWon })];
};
