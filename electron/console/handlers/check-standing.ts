import type { CheckKind } from '../../../shared/contract/choices.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import {
  isAllCopied,
  isLostNowhere,
  type OlderChecks,
  type OpenFindings,
  openFindings,
  type SeenVerification,
  seenBy,
} from '../checks/open-findings.ts';
import { standingOf } from '../checks/standing.ts';
import type { SeenChecks } from '../overview/check-attention.ts';
import { problemOf } from '../schedules/next-run.ts';
import { lastPossible } from '../schedules/wrong-clock.ts';
import type { StoredCheck } from '../store/check-table.ts';
import type { StoredObject } from '../store/object-table.ts';
import type { CatalogReader, VaultInfo } from '../use-cases.ts';
import type { ConsoleParts } from './parts.ts';

/** How many checks are looked through for one of what is still there. */
const LOOK_BACK = 200;

/** What of a vault has to be known to say how it stands with its checks; each is looked up when it is first asked for, and once. */
export interface VaultChecks {
  readonly id: string;
  /** Whether the catalog has a set still. Of one that cannot be read nobody knows which sets have expired. */
  readonly isThere: (set: string) => boolean;
  /** What verifications of an object, and of all of the vault, found wrong of it and nothing has proved right since. */
  readonly openOf: (object: string) => OpenFindings;
  /** The newest verification of the whole vault as an object sees it; null when there is none, or it says nothing of it. */
  readonly wholeSeenBy: (object: string) => SeenVerification | null;
  /** A verification of an object, or of its vault, as it sees it. */
  readonly seenBy: (check: StoredCheck, object: string) => SeenVerification | null;
}

/** `catalog`: null for one that cannot be read, or is not to be. */
export const checksOfVault = (
  { store: { checks } }: ConsoleParts,
  { id }: Pick<VaultInfo, 'id'>,
  catalog: Pick<CatalogReader, 'sets'> | null,
): VaultChecks => {
  const sets = once((): ReadonlyMap<string, Pick<BlockSetSummary, 'object' | 'state'>> | null => {
    try {
      return catalog && new Map(catalog.sets(null).map((set) => [set.id, set]));
    } catch {
      // Of what cannot be read just now nobody knows that it has expired.
      return null;
    }
  });
  const isThere = (set: string): boolean => sets()?.has(set) ?? true;
  const older = (object: string): OlderChecks => ({
    isOf: (set) => {
      const known = sets()?.get(set);
      return known?.object.id === object && known.state !== 'incomplete';
    },
    // An older version did not write that down; it had one if it was checked before.
    hadSet: checks.last('verify', id, object, false) !== null,
  });
  const whole = once(() => checks.last('verify', id, null, false));
  const found = once(() =>
    checks
      .found(id)
      .filter(({ set, detail: { sets } }) => sets === null || [...sets, ...(set === null ? [] : [set])].some(isThere)),
  );
  const right = once(() => {
    const first = found().at(-1);
    return first === undefined ? [] : checks.provedSince(id, first.number, found().some(isInNoSet));
  });
  const bySubject = (all: () => readonly StoredCheck[]) => once(() => Map.groupBy(all(), ({ object }) => object));
  const [foundBy, rightBy] = [bySubject(found), bySubject(right)];
  const bearing = (by: () => ReadonlyMap<string | null, readonly StoredCheck[]>, object: string): StoredCheck[] =>
    [...(by().get(object) ?? []), ...(by().get(null) ?? [])].toSorted((a, b) => b.number - a.number);
  const openOf = (object: string): OpenFindings => {
    const wrong = bearing(foundBy, object);
    if (wrong.length === 0) return NOTHING_OPEN;
    const proofs = bearing(rightBy, object);
    return openFindings({ object, found: wrong, right: proofs, older: older(object), isThere });
  };
  const opened = new Map<string, OpenFindings>();
  return {
    id,
    isThere,
    openOf: (object) => {
      const known = opened.get(object) ?? openOf(object);
      opened.set(object, known);
      return known;
    },
    wholeSeenBy: (object) => {
      const check = whole();
      return check && seenBy(check, object, older(object));
    },
    seenBy: (check, object) => seenBy(check, object, older(object)),
  };
};

/** Whether something that it found is in no set that is known: what proves it right is what read all of the object. */
const isInNoSet = ({ detail: { sets, byObject } }: StoredCheck): boolean =>
  sets === null && (byObject === null || Object.values(byObject).some(({ unknown }) => unknown === true));

const NOTHING_OPEN: OpenFindings = { standing: [], damagedSets: new Map() };

const once = <Found>(find: () => Found): (() => Found) => {
  let found: { readonly it: Found } | undefined;
  return () => {
    found ??= { it: find() };
    return found.it;
  };
};

/** Of what was found in sets that have all expired nothing can be restored any more, right or wrong. */
const isGone = ({ outcome, set, detail: { sets } }: StoredCheck, isThere: VaultChecks['isThere']): boolean =>
  (outcome === 'wrong' || outcome === 'away') && !(set === null ? sets === null || sets.some(isThere) : isThere(set));

/** What shows how it stands, what is known to be damaged before what nobody could look at. */
const shownOf = (open: readonly SeenVerification[]): SeenVerification | null =>
  open.find((each) => each.outcome === 'wrong' && !isLostNowhere(each) && each.set === null) ??
  open.find((each) => each.outcome === 'wrong' && !isLostNowhere(each)) ??
  open.find(({ outcome }) => outcome === 'wrong') ??
  open[0] ??
  null;

/** The check as an object sees it. */
const asSeen = ({ check, outcome, failures }: SeenVerification): StoredCheck => ({ ...check, outcome, failures });

/** How it stands with the checks of an object, or of a whole vault. */
export const standing = (
  parts: ConsoleParts,
  kind: CheckKind,
  vault: VaultChecks,
  object: Pick<StoredObject, 'id' | 'kind'> | null,
  now: number,
): SeenChecks => {
  const { store } = parts;
  const of = object?.id ?? null;
  const verified = kind === 'verify' ? of : null;
  const verifications = verified === null ? null : vault.openOf(verified).standing;
  const seen = (check: StoredCheck): StoredCheck => {
    const own = verified === null ? null : vault.seenBy(check, verified);
    return own === null ? check : asSeen(own);
  };
  /** Whether what it found is right by now, or gone; `check` as it is seen. */
  const over = (check: StoredCheck): boolean => {
    if (check.outcome !== 'wrong' && check.outcome !== 'away') return false;
    return verifications === null
      ? isGone(check, vault.isThere)
      : !verifications.some((each) => each.check.number === check.number);
  };
  const newestOwn = store.checks.last(kind, vault.id, of, false);
  const own = newestOwn && seen(newestOwn);
  // What a verification of the whole vault found right is right for each of its objects.
  const whole = verified === null ? null : vault.wholeSeenBy(verified);
  const wider = whole?.outcome === 'right' && whole.check.number > (own?.number ?? 0) ? asSeen(whole) : null;
  const found = wider ?? store.checks.last(kind, vault.id, of, true);
  const shown = shownOf(verifications ?? openTests(parts, kind, vault, object).filter(({ check }) => !over(check)));
  const schedules = store.schedules
    .list()
    .filter(
      (schedule) =>
        schedule.task === kind &&
        !schedule.paused &&
        (object === null ? schedule.vault === vault.id : schedule.object === object.id) &&
        problemOf(schedule) === null,
    )
    .map((schedule) => ({ ...schedule, run: store.schedules.runs(schedule.id, 1, lastPossible(now))[0] ?? null }));
  const newest = wider ?? own;
  const before = () =>
    store.checks
      .list({ kind, object: of, vault: vault.id, limit: LOOK_BACK })
      .filter((check) => check.object === of && (kind !== 'verify' || check.set === null))
      .map(seen)
      .find((check) => !over(check)) ?? null;
  const last = newest !== null && over(newest) ? before() : newest;
  const isReadBack = verifications !== null && shown !== null && shown.set !== null;
  const afterBackup = kind === 'verify' && object !== null && store.settings.of(object.id).verifyAfterBackup;
  return {
    kind,
    standing: {
      ...standingOf({ last, found, open: shown && asSeen(shown), schedules, now }),
      afterBackup,
      lostNowhere: shown !== null && isLostNowhere(shown),
    },
    failed: last?.outcome === 'failed' ? last : null,
    away: shown?.outcome === 'away' ? shown.check : null,
    readBack: isReadBack ? store.checks.ofJob(shown.check.job) : null,
    damagedSets: [...(shown?.damaged ?? []), ...(shown?.copied ?? [])],
    wrongIn: object === null && shown?.outcome === 'wrong' ? namesOf(parts, shown.check) : [],
  };
};

/** What is open of restore tests, and of verifications of a whole vault. */
const openTests = (
  { store }: ConsoleParts,
  kind: CheckKind,
  vault: VaultChecks,
  object: Pick<StoredObject, 'id' | 'kind'> | null,
): SeenVerification[] => {
  const open = store.checks.open(kind, vault.id, object?.id ?? null);
  // A volume may be too long for any test: what reads all of it back tells as much.
  const verifiedSince = (): number => {
    if (object?.kind !== 'volumes') return 0;
    const newest = store.checks.last('verify', vault.id, object.id, false);
    const own = newest && vault.seenBy(newest, object.id);
    return Math.max(...[own, vault.wholeSeenBy(object.id)].map(readSince));
  };
  const since = open.length === 0 ? 0 : verifiedSince();
  return open
    .filter(({ number }) => number > since)
    .map((check) => {
      const { outcome, failures, detail } = check;
      const [damaged, copied] = isAllCopied(check) ? [[], detail.sets ?? []] : [damagedIn(detail), []];
      return { check, outcome, failures, set: null, sets: detail.sets, damaged, copied };
    });
};

/** The newest check that a verification which was right was begun after. */
const readSince = (seen: SeenVerification | null): number =>
  seen?.outcome === 'right' ? (seen.check.detail.after ?? seen.check.number) : 0;

/** Sets in which something is damaged and not only away, or incomplete, as far as it was noted. */
const damagedIn = ({ byObject, sets }: StoredCheck['detail']): readonly string[] =>
  byObject === null ? (sets ?? []) : Object.values(byObject).flatMap((each) => each.sets);

/** The names of the objects that what a verification found damaged belongs to, as far as this home knows them. */
const namesOf = ({ store }: ConsoleParts, { detail: { byObject } }: StoredCheck): string[] => {
  const wrong = new Set(
    Object.entries(byObject ?? {}).flatMap(([id, { outcome }]) => (outcome === 'wrong' ? [id] : [])),
  );
  return store.objects
    .list()
    .flatMap(({ id, name }) => (wrong.has(id) ? [name] : []))
    .toSorted();
};
