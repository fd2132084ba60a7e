import type { CheckOutcome } from '../contract/choices.ts';
import { damageApart, type FindingsOnTapes, tapesNotHere } from './damage-apart.ts';

/** What of a verification tells how it came out. */
interface Verified extends FindingsOnTapes {
  readonly chunks: number;
  readonly damagedTapes: readonly unknown[];
  readonly incomplete: readonly unknown[];
  readonly unverified: readonly unknown[];
}

/** Damage counts for more than vaults that could not be read, and those for more than tapes that are away. */
export const outcomeOfVerify = (result: Verified): CheckOutcome => {
  const { damaged, away } = damageApart(result.damaged ?? [], tapesNotHere(result));
  if (damaged.length + result.damagedTapes.length + result.incomplete.length > 0) return 'wrong';
  if (result.unverified.length > 0) return 'failed';
  if (away.length > 0) return 'away';
  return result.chunks > 0 ? 'right' : 'nothing';
};

/**
 * How a restore test came out. `before`: how the one came out whose findings it was to look at again; what it had no room for is still as it
 * was found then.
 */
export const outcomeOfTest = (
  { failures, elements }: { readonly failures: readonly { readonly code: string }[]; readonly elements: number },
  before: CheckOutcome | null,
): CheckOutcome => {
  const untried = before === 'away' ? 'NOT_TRIED_AGAIN' : 'TAPE_AWAY';
  if (failures.some(({ code }) => code !== 'TAPE_AWAY' && code !== untried)) return 'wrong';
  if (failures.length > 0) return 'away';
  return elements > 0 ? 'right' : 'nothing';
};

/** Whether all that a restore could not bring lies on tapes that are not here, so that nothing of it is known to be damaged. */
export const lacksTapesAlone = (result: FindingsOnTapes): boolean => {
  const { damaged, away } = damageApart(result.damaged ?? [], tapesNotHere(result));
  return damaged.length === 0 && away.length > 0;
};
