import { ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary, Level } from '../../../shared/model/block-set.ts';
import type { SetId } from '../../../shared/units.ts';

export interface ChosenLevel {
  readonly level: Level;
  /** The set it builds on; null for a full one. */
  readonly parent: BlockSetSummary | null;
}

/**
 * The level a backup gets, and its parent: a differential builds on the last full or synthetic set, an incremental on the
 * last of any level; `auto` is full the first time and incremental then. A set of whose chain something lies on a lost
 * tape is nothing to build on. Throws PARENT_MISSING.
 */
export const chooseLevel = (
  asked: 'auto' | 'full' | 'differential' | 'incremental',
  sets: readonly BlockSetSummary[],
  lost: ReadonlySet<string> = new Set(),
): ChosenLevel => {
  const sound = sets.filter(
    (set) => set.state === 'complete' && !tapesOfChain(set, sets).some((tape) => lost.has(tape)),
  );
  if (asked === 'full' || (asked === 'auto' && sound.length === 0)) return { level: 'full', parent: null };
  const base =
    asked === 'differential' ? sound.filter(({ level }) => level === 'full' || level === 'synthetic') : sound;
  const parent = base.at(-1);
  if (parent === undefined) {
    throw new ColdframeError('PARENT_MISSING', {
      message: `There is no complete full set, all on tapes that are there and sound, that a ${asked} backup could build on.`,
      guidance: 'Run a full backup first, or use --level auto, which does it by itself.',
    });
  }
  return { level: asked === 'differential' ? 'differential' : 'incremental', parent };
};

/**
 * The tapes that a set may need: its own, those of the sets it builds on, and those of interrupted sets from its full
 * set on, whose chunks it may refer to.
 */
const tapesOfChain = (set: BlockSetSummary, sets: readonly BlockSetSummary[]): string[] => {
  const byId = new Map(sets.map((one) => [one.id, one]));
  const tapes: string[] = [];
  let first = set;
  for (let one: BlockSetSummary | undefined = set; one; one = one.parent === null ? undefined : byId.get(one.parent)) {
    tapes.push(...one.tapes);
    first = one;
  }
  const between = sets.slice(Math.max(0, sets.indexOf(first) - 1), sets.indexOf(set));
  return [...tapes, ...between.filter(({ state }) => state === 'interrupted').flatMap((one) => one.tapes)];
};

/** The tapes of all sets of an object. */
export const tapesOfAll = (sets: readonly BlockSetSummary[]): Set<string> =>
  new Set(sets.flatMap(({ tapes }) => tapes));

/**
 * The interrupted sets whose chunks a new backup can use, oldest first: those since the last complete set, and one that
 * was asked for by name.
 */
export const resumable = (
  sets: readonly BlockSetSummary[],
  asked: SetId | null,
  lost: ReadonlySet<string> = new Set(),
): SetId[] => {
  const lastComplete = sets.findLastIndex((set) => set.state === 'complete');
  return sets
    .filter(({ id, state }, index) => state === 'interrupted' && (index > lastComplete || id === asked))
    .filter(({ tapes }) => !tapes.some((tape) => lost.has(tape)))
    .map(({ id }) => id);
};
