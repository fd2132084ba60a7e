import { ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary, Level } from '../../../shared/model/block-set.ts';
import type { SetId } from '../../../shared/units.ts';

/** What is left of an object's sets. Both are asked for as few sets as possible: each look reads from a tape. */
export interface Soundness {
  /** Whether all that a set has on tapes by itself is there and sound. */
  readonly isLost: (set: BlockSetSummary) => boolean;
  /** The interrupted sets that a set went on from; null when that is not written down. */
  readonly resumedBy: (set: SetId) => readonly SetId[] | null;
}

const ALL_SOUND: Soundness = { isLost: () => false, resumedBy: () => null };

export interface ChosenLevel {
  readonly level: Level;
  /** The set it builds on; null for a full one. */
  readonly parent: BlockSetSummary | null;
}

/**
 * The level a backup gets, and its parent: a differential builds on the last full or synthetic set, an incremental on the
 * last of any level; `auto` is full the first time and incremental then. A set that needs one that is lost, or whose
 * metadata is damaged (`broken`), is nothing to build on. Throws PARENT_MISSING.
 */
export const chooseLevel = (
  asked: 'auto' | 'full' | 'differential' | 'incremental',
  sets: readonly BlockSetSummary[],
  soundness: Soundness = ALL_SOUND,
  broken: ReadonlySet<string> = new Set(),
): ChosenLevel => {
  if (asked === 'full') return { level: 'full', parent: null };
  const chains = new Chains(sets, soundness, broken);
  const wanted = (set: BlockSetSummary): boolean =>
    set.state === 'complete' && (asked !== 'differential' || set.level === 'full' || set.level === 'synthetic');
  const parent = sets.findLast((set) => wanted(set) && chains.isSound(set));
  if (asked === 'auto' && parent === undefined) return { level: 'full', parent: null };
  if (parent === undefined) {
    throw new ColdframeError('PARENT_MISSING', {
      message: `There is no complete full set, all on tapes that are there and sound, that a ${asked} backup could build on.`,
      guidance: 'Run a full backup first, or use --level auto, which does it by itself.',
    });
  }
  return { level: asked === 'differential' ? 'differential' : 'incremental', parent };
};

/** Asks of the sets of one object, oldest first, whether what they need is on tape and sound; each is looked at once. */
export const soundnessOf = (
  sets: readonly BlockSetSummary[],
  soundness: Soundness,
  broken: ReadonlySet<string>,
): ((set: BlockSetSummary) => boolean) => {
  const chains = new Chains(sets, soundness, broken);
  return (set) => chains.isSound(set);
};

/**
 * The interrupted sets that a set went on from; where that is not written down, all that it could have: those since the complete
 * set before it.
 */
export const donorsOf = (
  sets: readonly BlockSetSummary[],
  set: BlockSetSummary,
  resumedBy: Soundness['resumedBy'],
): readonly SetId[] => resumedBy(set.id) ?? resumable(sets.slice(0, sets.indexOf(set)), null);

/**
 * Whether sets can be built on: what they have on tape is there, and so is that of the sets that they build on, and of the
 * interrupted ones that each of them went on from. Where the latter is not written down, all that could have been count: those since
 * the complete set before it.
 */
class Chains {
  readonly #sets: readonly BlockSetSummary[];
  readonly #byId: ReadonlyMap<SetId, BlockSetSummary>;
  readonly #soundness: Soundness;
  readonly #broken: ReadonlySet<string>;
  readonly #known = new Map<SetId, boolean>();

  constructor(sets: readonly BlockSetSummary[], soundness: Soundness, broken: ReadonlySet<string>) {
    this.#sets = sets;
    this.#byId = new Map(sets.map((set) => [set.id, set]));
    this.#soundness = soundness;
    this.#broken = broken;
  }

  /** Looks from the set down its chain, at each set once. */
  isSound(set: BlockSetSummary): boolean {
    const looked: SetId[] = [];
    let sound = true;
    for (let one: BlockSetSummary | undefined = set; one; one = this.#parentOf(one)) {
      const known = this.#known.get(one.id);
      sound = known ?? this.#isSoundItself(one);
      if (known !== undefined) break;
      looked.push(one.id);
      if (!sound) break;
    }
    for (const id of looked) this.#known.set(id, sound);
    return sound;
  }

  #parentOf({ parent }: BlockSetSummary): BlockSetSummary | undefined {
    return parent === null ? undefined : this.#byId.get(parent);
  }

  #isSoundItself(set: BlockSetSummary): boolean {
    if (this.#broken.has(set.id) || this.#soundness.isLost(set)) return false;
    return donorsOf(this.#sets, set, this.#soundness.resumedBy).every((id) => {
      const donor = this.#byId.get(id);
      return donor === undefined || !this.#soundness.isLost(donor);
    });
  }
}

/**
 * The interrupted sets whose chunks a new backup can use, oldest first: those since the last complete set, and one that
 * was asked for by name.
 */
export const resumable = (
  sets: readonly BlockSetSummary[],
  asked: SetId | null,
  isLost: Soundness['isLost'] = ALL_SOUND.isLost,
): SetId[] => {
  const lastComplete = sets.findLastIndex((set) => set.state === 'complete');
  return sets
    .filter(({ id, state }, index) => state === 'interrupted' && (index > lastComplete || id === asked))
    .filter((set) => !isLost(set))
    .map(({ id }) => id);
};
