import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { DamagedChunks, elements, openCatalog, parts } from '../../engine/catalog/index.ts';
import { type ChosenLevel, chooseLevel, type Soundness } from './choose-level.ts';

/**
 * `chooseLevel` with what is known of damage. Files of which something lies on damaged chunks are read again whatever the level; of a volume
 * a frozen image keeps only what changed, so that one with damage in its parent needs a full set.
 */
export const chooseSoundLevel = (
  asked: Parameters<typeof chooseLevel>[0],
  history: readonly BlockSetSummary[],
  soundness: Soundness,
  { catalog, volumes }: { readonly catalog: string; readonly volumes: boolean },
): ChosenLevel => {
  const damaged = DamagedChunks.of(catalog);
  const chosen = chooseLevel(asked, history, soundness, damaged.sets);
  if (!volumes || chosen.parent === null || !damaged.any) return chosen;
  if (!refersToDamage(catalog, chosen.parent.id, damaged)) return chosen;
  return chooseLevel(asked, history, soundness, new Set(history.map(({ id }) => id)));
};

/** Whether something of what a set holds lies in chunks that are known to be damaged. */
export const refersToDamage = (file: string, set: string, damaged: DamagedChunks): boolean => {
  const catalog = openCatalog(file, { readOnly: true });
  try {
    for (const record of elements(catalog, set)) {
      if (record.extents.some((extent) => damaged.has(extent))) return true;
      if (record.partCount < 2) continue;
      for (const part of parts(catalog, record.version))
        if (part.extents.some((extent) => damaged.has(extent))) return true;
    }
    return false;
  } finally {
    catalog.close();
  }
};
