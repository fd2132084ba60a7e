import type { Attention } from '../../../shared/contract/attention.ts';
import type { Anomaly } from '../../../shared/model/anomaly.ts';
import { item } from './attention.ts';

/**
 * That nothing of an object expires by itself, because nobody has looked yet at what is unusual about sets of it. No button does it: it takes
 * a look. `held`: newest found last. The context names the newest, and one of its anomalies.
 */
export const retentionAttention = (
  where: { readonly object: string; readonly vault: string },
  held: readonly { readonly set: string; readonly anomalies: readonly Anomaly[] }[],
): Attention[] => {
  const newest = held.at(-1);
  const [first] = newest?.anomalies ?? [];
  if (newest === undefined || first === undefined) return [];
  const all = held.reduce((sum, { anomalies }) => sum + anomalies.length, 0);
  return [item('RETENTION_HELD', 'look', where, { set: newest.set, ...first, more: all - 1 })];
};
