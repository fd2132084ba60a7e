import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import type { StoredCheck } from '../store/check-table.ts';

/** How often an older set is taken in the place of the newest one. */
const OLDER_SHARE = 0.25;
/** How often a set is taken again of which not everything came back: the others are to be tested meanwhile, too. */
const AGAIN_SHARE = 0.5;

export interface SetChoice {
  readonly set: BlockSetSummary;
  /** The test of the same set that did not get everything back, so that the same elements are looked at first. */
  readonly again: StoredCheck | null;
}

/**
 * The set that a restore test takes: as a rule the newest, now and then an older one, often one of which not everything came back the last time. `sets`: complete ones, newest
 * first. `random` gives numbers in [0, 1). Null when there is none.
 */
export const chooseSet = (
  sets: readonly BlockSetSummary[],
  open: readonly StoredCheck[],
  random: () => number,
): SetChoice | null => {
  const [newest, ...older] = sets;
  if (newest === undefined) return null;
  const againOf = (set: BlockSetSummary) => open.find((check) => check.set === set.id) ?? null;
  const hurt = sets.filter((set) => againOf(set) !== null);
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  const again = hurt.length > 0 && random() < AGAIN_SHARE ? pick(hurt) : undefined;
  const set = again ?? (older.length > 0 && random() < OLDER_SHARE ? (pick(older) ?? newest) : newest);
  return { set, again: againOf(set) };
};
