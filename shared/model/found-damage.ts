import { damageApart, type FindingsOnTapes, tapesNotHere } from './damage-apart.ts';

interface Verified extends FindingsOnTapes {
  readonly damaged?: readonly { readonly tape: string; readonly wholeOn?: readonly string[] }[];
}

/** Whether a verification found content that no tape which it read has whole. */
export const foundDamage = ({ kind, result }: { readonly kind: string; readonly result: unknown }): boolean => {
  if (kind !== 'verify' || result === null || typeof result !== 'object') return false;
  const verified: Verified = result;
  const { damaged } = damageApart(verified.damaged ?? [], tapesNotHere(verified));
  return damaged.some(({ wholeOn = [] }) => wholeOn.length === 0);
};
