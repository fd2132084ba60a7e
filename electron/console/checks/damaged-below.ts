import type { BlockSetSummary } from '../../../shared/model/block-set.ts';

type Below = Pick<BlockSetSummary, 'id' | 'createdAt'>;

/**
 * Of sets that are built on a damaged one, or went on from it, the newest such, by their ids. All sets of an object or of several, in any order;
 * `resumedBy`: the interrupted ones that a set went on from, null where that is not written down. Pure. A set that stored anew what is damaged is among
 * them, too: it stays on that chain until the damage is found right, has expired, or a full one was made.
 */
export const damagedBelow = (
  sets: readonly (Below & Pick<BlockSetSummary, 'parent'>)[],
  damaged: { has(set: string): boolean; readonly size: number },
  resumedBy: (set: BlockSetSummary['id']) => readonly string[] | null,
): ReadonlyMap<string, Below> => {
  const found = new Map<string, Below>();
  if (damaged.size === 0) return found;
  const byId = new Map<string, (typeof sets)[number]>(sets.map((set) => [set.id, set]));
  // What a set needs was made before it: by then it is known what that needs.
  for (const { id, parent } of sets.toSorted((one, other) => one.createdAt - other.createdAt)) {
    for (const below of [...(parent === null ? [] : [parent]), ...(resumedBy(id) ?? [])]) {
      const set = byId.get(below);
      const hit = set !== undefined && damaged.has(below) ? set : found.get(below);
      const known = found.get(id);
      if (hit !== undefined && (known === undefined || hit.createdAt > known.createdAt)) found.set(id, hit);
    }
  }
  return found;
};
