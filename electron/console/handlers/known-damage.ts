import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { damagedBelow } from '../checks/damaged-below.ts';
import type { CatalogReader } from '../use-cases.ts';

/** What is on record as damaged of an object, whoever found it when reading: a restore, an import or a verification. Ids of sets. */
export interface KnownDamage {
  /** Its newest complete set that is none of these; where all are, the newest. */
  readonly good: BlockSetSummary | null;
  /** Those that its newest complete set is, or builds on: as long as there are any a restore of it may lack something. */
  readonly under: readonly string[];
  /** Others. */
  readonly older: readonly string[];
  /** The newest damaged set that `good` builds on; null when there is none. */
  readonly belowGood: Pick<BlockSetSummary, 'id' | 'createdAt'> | null;
}

/** `damaged`: those of the vault, by `damagedSets`. */
export const knownDamage = (
  catalog: Pick<CatalogReader, 'newestComplete' | 'sets' | 'withThoseBelow' | 'resumedBy'>,
  object: string,
  damaged: ReadonlySet<string>,
): KnownDamage => {
  const newest = catalog.newestComplete(object);
  if (damaged.size === 0) return { good: newest, under: [], older: [], belowGood: null };
  const sets = catalog.sets(object);
  const below = newest === null ? [] : catalog.withThoseBelow(newest.id);
  const own = sets.flatMap(({ id, state }) => (damaged.has(id) && state === 'complete' ? [id] : []));
  const good = sets.find(({ id, state }) => state === 'complete' && !damaged.has(id)) ?? newest;
  return {
    good,
    belowGood: (good && damagedBelow(sets, damaged, (set) => catalog.resumedBy(set)).get(good.id)) ?? null,
    under: below.filter((id) => damaged.has(id)),
    older: own.filter((id) => !below.includes(id)),
  };
};
