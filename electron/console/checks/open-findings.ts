import type { CheckOutcome } from '../../../shared/contract/choices.ts';
import type { StoredCheck } from '../store/check-table.ts';

/** What bears on an object of what verifications found, all of its vault, numbered in the order in which they ended. */
export interface FoundOfObject {
  /** Id of the object. */
  readonly object: string;
  readonly checks: readonly StoredCheck[];
  /** Of what older versions noted, who did not write down whose sets these are. */
  readonly older: OlderChecks;
  /** Whether the catalog has a set still. */
  readonly isThere: (set: string) => boolean;
}

export interface OlderChecks {
  /** Whether a set is of the object. */
  readonly isOf: (set: string) => boolean;
  /** Whether the object had a set when the whole vault was verified, as far as anybody can tell. */
  readonly hadSet: boolean;
}

/** A verification as one object sees it. */
export interface SeenVerification {
  readonly check: StoredCheck;
  readonly outcome: CheckOutcome;
  readonly failures: number;
  /** The set that alone was read; null where all of the object was. */
  readonly set: string | null;
  /** The sets that the finding is in; null where it is not in sets alone. */
  readonly sets: readonly string[] | null;
  /** Those of them in which something is damaged. */
  readonly damaged: readonly string[];
}

export interface OpenFindings {
  /** What counts for how it stands with the object, newest first: wrong, or away, and neither found right since nor expired. */
  readonly standing: readonly SeenVerification[];
  /** Sets in which something was found damaged and not right since, with the newest job that found it; also what a later full made up for. */
  readonly damagedSets: ReadonlyMap<string, string>;
}

/** A verification of the whole vault is one of each object that had something to be read in it; null where it says nothing of this one. */
export const seenBy = (check: StoredCheck, object: string, { isOf, hadSet }: OlderChecks): SeenVerification | null => {
  const { detail, set, outcome, failures } = check;
  const own = detail.byObject?.[object];
  if (check.object === object) {
    const sets = set !== null && detail.written === true ? [set] : detail.sets;
    const damaged = outcome === 'wrong' ? (own?.sets ?? sets ?? []) : [];
    return { check, outcome, failures, set, sets, damaged };
  }
  if (check.object !== null) return null;
  if (detail.byObject !== null) {
    if (own === undefined) return null;
    const { sets } = own;
    return { check, outcome: own.outcome, failures: own.failures, set: null, sets, damaged: sets };
  }
  const sets = outcome === 'wrong' ? (detail.sets ?? []).filter(isOf) : [];
  if (sets.length > 0) return { check, outcome: 'wrong', failures: sets.length, set: null, sets, damaged: sets };
  return outcome === 'right' && (detail.objects?.includes(object) ?? hadSet)
    ? { check, outcome, failures: 0, set: null, sets: null, damaged: [] }
    : null;
};

/**
 * What verifications found wrong of an object and nothing has proved right since. What was found in one set is of that set alone, unless a backup's own
 * reading back found it. All of an object being right says nothing of a set that was not complete then, so that nothing of it was read.
 */
export const openFindings = ({ object, checks, older, isThere }: FoundOfObject): OpenFindings => {
  const seen = checks.flatMap((check) => seenBy(check, object, older) ?? []);
  const right = seen.filter(({ outcome }) => outcome === 'right');
  const after = ({ check }: SeenVerification) => right.filter((each) => each.check.number > check.number);
  const readAll = (sets: readonly string[], { set, check }: SeenVerification): boolean =>
    set === null && !sets.some((each) => isThere(each) && check.detail.unread.includes(each));
  const isOver = ({ sets }: SeenVerification): boolean => sets !== null && !sets.some(isThere);
  const standing = seen.filter((found) => {
    const { check, outcome, set, sets } = found;
    if (outcome !== 'wrong' && outcome !== 'away') return false;
    const readBack = set !== null && check.detail.written === true && outcome === 'wrong';
    // Of the whole vault what is away is the vault's matter: which tapes an object lacks is known without.
    if ((set !== null && !readBack) || (check.object === null && outcome === 'away')) return false;
    if (isOver(found)) return false;
    return !after(found).some(
      (later) => readAll(sets ?? [], later) || (readBack && (later.set === set || later.check.detail.renews === true)),
    );
  });
  const damagedSets = new Map<string, string>();
  for (const found of seen)
    for (const set of found.damaged)
      if (!damagedSets.has(set) && !after(found).some((later) => readAll([set], later) || later.set === set))
        damagedSets.set(set, found.check.job);
  return { standing, damagedSets };
};
