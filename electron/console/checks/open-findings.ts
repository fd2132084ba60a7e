import type { CheckOutcome } from '../../../shared/contract/choices.ts';
import type { StoredCheck } from '../store/check-table.ts';

/** What bears on an object of what verifications found, all of its vault, numbered in the order in which they ended. */
export interface FoundOfObject {
  /** Id of the object. */
  readonly object: string;
  /** Those that found something damaged or away, newest first. */
  readonly found: readonly StoredCheck[];
  /** Those that found something right. */
  readonly right: readonly StoredCheck[];
  /** Of what older versions noted, who did not write down whose sets these are. */
  readonly older: OlderChecks;
  /** Whether the catalog has a set still. */
  readonly isThere: (set: string) => boolean;
}

export interface OlderChecks {
  /** Whether a set is of the object, and not one that is incomplete: older versions counted that as damage. */
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
  /** The sets that the finding is in; null where it is not in sets alone, or not in sets that are known. */
  readonly sets: readonly string[] | null;
  /** Those of them in which something is damaged and whole nowhere else, as far as it is known of each. */
  readonly damaged: readonly string[];
  /** Those in which all that is damaged is whole on another tape. */
  readonly copied: readonly string[];
}

/** Whether all that is damaged is whole on another tape: nothing is lost, and nothing has to stay for its sake. */
export const isLostNowhere = ({ outcome, damaged, copied }: SeenVerification): boolean =>
  outcome === 'wrong' && damaged.length === 0 && copied.length > 0;

export interface OpenFindings {
  /** What counts for how it stands with the object, newest first: wrong, or away, and neither found right since nor expired. Its sets are those of which that is so. */
  readonly standing: readonly SeenVerification[];
  /** Sets in which something was found damaged and not right since, with the newest job that found it; also what a later full made up for. */
  readonly damagedSets: ReadonlyMap<string, string>;
}

/** All sets that verifications found something in: of others nobody has to know that they were found right. */
export const setsInDoubt = (found: readonly StoredCheck[]): Set<string> =>
  new Set(
    found.flatMap(({ set, detail: { sets, byObject } }) => [
      ...(set === null ? [] : [set]),
      ...(sets ?? []),
      ...Object.values(byObject ?? {}).flatMap((each) => [...each.sets, ...(each.copied ?? []), ...(each.away ?? [])]),
    ]),
  );

/** A verification of the whole vault is one of each object that had something to be read in it; null where it says nothing of this one. */
export const seenBy = (check: StoredCheck, object: string, older: OlderChecks): SeenVerification | null => {
  const { detail, set, outcome, failures } = check;
  if (check.object !== object && (check.object !== null || set !== null)) return null;
  if (detail.byObject === null)
    return check.object === null ? olderOfVault(check, object, older) : olderOfObject(check);
  const own = detail.byObject[object];
  // Of what came to no finding there is none of any object.
  if (own === undefined) return check.object === null ? null : { ...NOTHING_SEEN, check, outcome, failures, set };
  const { copied = [], away = [] } = own;
  const sets = [...new Set([...own.sets, ...copied, ...away])];
  const isKnown = own.unknown !== true;
  return {
    check,
    outcome: own.outcome,
    failures: own.failures,
    set,
    sets: isKnown ? sets : null,
    damaged: own.sets,
    copied,
  };
};

const NOTHING_SEEN = { sets: null, damaged: [], copied: [] } as const;

/** What lay on tapes that were away is in the sets of an older version, too: which of them are damaged nobody can tell then. */
const olderOfObject = (check: StoredCheck): SeenVerification => {
  const { detail, set, outcome, failures } = check;
  const { kinds } = detail;
  if (outcome === 'wrong' && kinds !== null && kinds.tapes > 0 && kinds.tapes === failures)
    return { ...NOTHING_SEEN, check, outcome: 'right', failures: 0, set };
  const sets = set !== null && detail.written === true ? [set] : detail.sets;
  const isApart = outcome === 'wrong' && (kinds?.away ?? 0) === 0;
  const apart = isApart ? (sets ?? []) : [];
  const [damaged, copied] = isAllCopied(check) ? [[], apart] : [apart, []];
  return { check, outcome, failures, set, sets, damaged, copied };
};

/** Whether all that a verification found damaged is whole on another tape. */
export const isAllCopied = ({ failures, detail: { kinds } }: StoredCheck): boolean =>
  failures > 0 && kinds?.copied === failures;

/** Older versions did not write down what of a whole vault is damaged, away or incomplete: what may be either is nothing known of an object. */
const olderOfVault = (check: StoredCheck, object: string, { isOf, hadSet }: OlderChecks): SeenVerification | null => {
  const { detail, outcome } = check;
  const { kinds } = detail;
  const isDamageAlone = kinds !== null && kinds.away === 0 && kinds.sets === 0;
  const sets = outcome === 'wrong' && isDamageAlone ? (detail.sets ?? []).filter(isOf) : [];
  if (sets.length > 0) return { check, outcome, failures: sets.length, set: null, sets, damaged: sets, copied: [] };
  return outcome === 'right' && (detail.objects?.includes(object) ?? hadSet)
    ? { ...NOTHING_SEEN, check, outcome, failures: 0, set: null }
    : null;
};

/** What was found later than a verification began to read it says nothing of, whichever of them ended first. */
const isSince = ({ number, detail: { after } }: StoredCheck, found: StoredCheck): boolean =>
  number > found.number && (after ?? found.number) >= found.number;

/**
 * What verifications found wrong of an object and nothing has proved right since. Each set is proved by a later verification that read it and found it
 * right, and by no other. What was found in one set is of that set alone, unless a backup's own reading back found it.
 */
export const openFindings = ({ object, found, right, older, isThere }: FoundOfObject): OpenFindings => {
  const seen = found.flatMap((check) => seenBy(check, object, older) ?? []);
  const later = right.flatMap((check) => seenBy(check, object, older) ?? []);
  /** Whether a set was found right since; `whole`: by what read all of the object. */
  const isProved = (set: string, check: StoredCheck, whole: boolean): boolean =>
    later.some((each) => {
      if (!isSince(each.check, check)) return false;
      if (whole && each.set !== null) return false;
      const { proved } = each.check.detail;
      return proved === null ? each.outcome === 'right' && (each.set ?? set) === set : proved.includes(set);
    });
  const allRight = (check: StoredCheck): boolean =>
    later.some((each) => each.set === null && each.outcome === 'right' && isSince(each.check, check));
  const madeUpFor = (check: StoredCheck): boolean =>
    later.some((each) => each.outcome === 'right' && each.check.detail.renews === true && isSince(each.check, check));

  const standsNow = (each: SeenVerification): SeenVerification | null => {
    const { check, outcome, set, sets, damaged, copied } = each;
    if (outcome !== 'wrong' && outcome !== 'away') return null;
    const readBack = set !== null && check.detail.written === true && outcome === 'wrong';
    // Of the whole vault what is away is the vault's matter: which tapes an object lacks is known without.
    if ((set !== null && !readBack) || (check.object === null && outcome === 'away')) return null;
    if (readBack && madeUpFor(check)) return null;
    if (sets === null) return allRight(check) ? null : each;
    const isOpen = (one: string): boolean => isThere(one) && !isProved(one, check, !readBack);
    const open = sets.filter(isOpen);
    if (open.length === 0) return null;
    const hurt = damaged.filter((one) => open.includes(one));
    const spare = copied.filter((one) => open.includes(one));
    const isStill = hurt.length + spare.length > 0 || damaged.length + copied.length === 0;
    if (outcome === 'away' || isStill) return { ...each, sets: open, damaged: hurt, copied: spare };
    // What it found damaged is right, and the rest nobody could look at yet.
    return check.object === null
      ? null
      : { ...each, outcome: 'away', failures: 0, sets: open, damaged: [], copied: [] };
  };
  const damagedSets = new Map<string, string>();
  for (const { check, damaged } of seen)
    for (const set of damaged)
      if (!damagedSets.has(set) && !isProved(set, check, false)) damagedSets.set(set, check.job);
  return { standing: seen.flatMap((each) => standsNow(each) ?? []), damagedSets };
};
