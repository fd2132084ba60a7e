import { type ByteString, byteStringFromText } from '../../../shared/byte-string.ts';
import { type SetId, setId } from '../../../shared/units.ts';
import type { CatalogReader, RestoreResult } from '../use-cases.ts';

/** Each costs a look-up, and a person does not read more. */
const LOOKED_UP = 100;

/**
 * Of damaged elements a version of another complete set of which nothing lies where the damage is: the newest before the
 * set that was to be restored, else the oldest after it. Whether it can be read is not tried.
 */
export const otherVersions = (
  catalog: CatalogReader,
  damaged: RestoreResult['damaged'],
  wanted: string,
): RestoreResult['others'] => {
  const sets = new Map(catalog.sets(null).map((set) => [set.id as string, set]));
  const broken = new Set(damaged.map(({ set, chunk }) => `${set} ${chunk}`));
  const isSound = (set: SetId, path: ByteString): boolean => {
    for (const extent of catalog.chunksOf(set, path)) if (broken.has(`${extent.set} ${extent.chunk}`)) return false;
    return true;
  };
  const of = sets.get(wanted);
  if (of === undefined) return [];
  const names = damaged.flatMap(({ elements }) => elements).slice(0, LOOKED_UP);
  return [...new Set(names)].flatMap((name) => {
    const versions = catalog
      .versions(of.object.id, byteStringFromText(name))
      .filter(({ set }) => sets.get(set)?.state === 'complete')
      .map(({ path, pathBase64, set, from }) => ({
        path,
        ...(pathBase64 === undefined ? {} : { pathBase64 }),
        set,
        backedUpAt: from,
      }));
    // The newest from before comes first, then what came after it, the oldest of those first.
    const before = versions.filter(({ backedUpAt }) => Date.parse(backedUpAt) < of.createdAt);
    const after = versions.slice(0, versions.length - before.length).toReversed();
    const found = [...before, ...after].find(({ set }) => isSound(setId(set), byteStringFromText(name)));
    return found === undefined ? [] : [found];
  });
};
