import type { OutputOf } from '../../../shared/contract/contract.ts';

type Plan = Pick<OutputOf<'restore'>, 'standings'>;
type Standings = NonNullable<Plan['standings']>;

/** How what is in the way of some plans stands to what they want; null where an older console does not tell. */
export const standingsOf = (plans: readonly Plan[]): Standings | null => {
  const told = plans.flatMap(({ standings }) => standings ?? []);
  if (told.length < plans.length) return null;
  const sum = (of: (standings: Standings) => number): number => told.reduce((total, each) => total + of(each), 0);
  return {
    same: { count: sum(({ same }) => same.count), bytes: sum(({ same }) => same.bytes) },
    changed: {
      count: sum(({ changed }) => changed.count),
      bytes: sum(({ changed }) => changed.bytes),
      newer: sum(({ changed }) => changed.newer),
    },
  };
};
