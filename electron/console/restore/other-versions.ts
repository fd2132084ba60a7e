import { byteStringFromText } from '../../../shared/byte-string.ts';
import type { CatalogReader, RestoreResult } from '../use-cases.ts';

/** Each costs a look-up, and a person does not read more. */
const LOOKED_UP = 100;

/**
 * Of damaged elements a version that another complete set stored, so that it lies elsewhere than the damage: the newest
 * before the set that was to be restored, else the oldest after it. Whether it can be read is not tried.
 */
export const otherVersions = (
  catalog: CatalogReader,
  damaged: RestoreResult['damaged'],
  wanted: string,
): RestoreResult['others'] => {
  const sets = new Map(catalog.sets(null).map((set) => [set.id as string, set]));
  const broken = new Set(damaged.map(({ set }) => set));
  const of = sets.get(wanted);
  if (of === undefined) return [];
  const names = damaged.flatMap(({ elements }) => elements).slice(0, LOOKED_UP);
  return [...new Set(names)].flatMap((name) => {
    const versions = catalog
      .versions(of.object.id, byteStringFromText(name))
      .filter(({ set }) => !broken.has(set) && sets.get(set)?.state === 'complete')
      .map(({ path, pathBase64, set, from }) => ({
        path,
        ...(pathBase64 === undefined ? {} : { pathBase64 }),
        set,
        backedUpAt: from,
      }));
    const earlier = versions.find(({ backedUpAt }) => Date.parse(backedUpAt) < of.createdAt);
    const found = earlier ?? versions.at(-1);
    return found === undefined ? [] : [found];
  });
};
