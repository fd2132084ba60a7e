import type { OutputOf } from '../../../shared/contract/contract.ts';

type Plan = Pick<OutputOf<'restore'>, 'warnings' | 'place'>;

/**
 * What plans warn of and show nowhere else: tapes that are away have a place of their own, and so has what is in the way of all of it, where that
 * `stops` the restore.
 */
export const toldBefore = (plans: readonly Plan[], stops: boolean): Plan['warnings'] => {
  const all = plans.flatMap(({ warnings, place }) =>
    warnings.filter(({ code, path }) => code !== 'NO_SUCH_TAPE' && !(stops && path === place.path)),
  );
  return [...new Map(all.map((warning) => [JSON.stringify(warning), warning])).values()];
};
