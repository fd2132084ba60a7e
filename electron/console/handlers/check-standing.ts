import type { CheckKind } from '../../../shared/contract/choices.ts';
import { asColdframeError } from '../../../shared/errors.ts';
import {
  type OlderChecks,
  type OpenFindings,
  openFindings,
  type SeenVerification,
  seenBy,
} from '../checks/open-findings.ts';
import { standingOf } from '../checks/standing.ts';
import type { SeenChecks } from '../overview/check-attention.ts';
import { problemOf } from '../schedules/next-run.ts';
import type { StoredCheck } from '../store/check-table.ts';
import type { StoredObject } from '../store/object-table.ts';
import type { CatalogReader, VaultInfo } from '../use-cases.ts';
import type { ConsoleParts } from './parts.ts';

/** How many checks are looked through for one of what is still there. */
const LOOK_BACK = 200;

/** Asks of the catalog of a vault, of which nothing is known where it cannot be read. */
export interface AskedCatalog {
  /** Whether it has a set still. */
  readonly isThere: (set: string) => boolean;
  /** Ids of the sets of an object. */
  readonly setsOf: (object: string) => readonly string[];
}

/** Of a catalog that cannot be read nobody knows which sets have expired. */
export const NO_CATALOG: AskedCatalog = { isThere: () => true, setsOf: () => [] };

export const asked = (catalog: CatalogReader): AskedCatalog => ({
  isThere: (set) => {
    try {
      return catalog.resolveSet(set) === set;
    } catch (error) {
      // Of what cannot be read just now nobody knows that it has expired.
      return asColdframeError(error).code !== 'NO_SUCH_SET';
    }
  },
  setsOf: (object) => catalog.sets(object).map(({ id }) => id),
});

const olderChecks = (
  { store }: ConsoleParts,
  vault: Pick<VaultInfo, 'id'>,
  object: Pick<StoredObject, 'id'>,
  { setsOf }: AskedCatalog,
): OlderChecks => {
  let own: ReadonlySet<string> | undefined;
  return {
    isOf: (set) => {
      own ??= new Set(setsOf(object.id));
      return own.has(set);
    },
    // An older version did not write that down; it had one if it was checked before.
    hadSet: store.checks.last('verify', vault.id, object.id, false) !== null,
  };
};

/** What verifications of an object, and of all of its vault, found wrong of it and nothing has proved right since. */
export const openOf = (
  parts: ConsoleParts,
  vault: Pick<VaultInfo, 'id'>,
  object: Pick<StoredObject, 'id'>,
  catalog: AskedCatalog,
): OpenFindings => {
  const { checks } = parts.store;
  const wrong = checks.bearing(vault.id, object.id, ['wrong', 'away'], 0);
  const first = wrong.at(-1);
  if (first === undefined) return { standing: [], damagedSets: new Map() };
  const right = checks.bearing(vault.id, object.id, ['right'], first.number);
  const older = olderChecks(parts, vault, object, catalog);
  return openFindings({ object: object.id, checks: merged(wrong, right), older, isThere: catalog.isThere });
};

/** Newest first. */
const merged = (some: readonly StoredCheck[], others: readonly StoredCheck[]): StoredCheck[] =>
  [...some, ...others].toSorted((a, b) => b.number - a.number);

/** What shows how it stands, what is known to be damaged before what nobody could look at. */
const shownOf = (open: readonly SeenVerification[]): SeenVerification | null =>
  open.find(({ outcome, set }) => outcome === 'wrong' && set === null) ??
  open.find(({ outcome }) => outcome === 'wrong') ??
  open[0] ??
  null;

/** The check as an object sees it. */
const asSeen = ({ check, outcome, failures }: SeenVerification): StoredCheck => ({ ...check, outcome, failures });

/** How it stands with the checks of an object, or of a whole vault. */
export const standing = (
  parts: ConsoleParts,
  kind: CheckKind,
  vault: Pick<VaultInfo, 'id'>,
  object: Pick<StoredObject, 'id' | 'kind'> | null,
  catalog: AskedCatalog,
  now: number,
): SeenChecks => {
  const { store } = parts;
  const { isThere } = catalog;
  const of = object?.id ?? null;
  /** Of what was found in sets that have all expired nothing can be restored any more, right or wrong. */
  const over = ({ outcome, set, detail: { sets } }: StoredCheck): boolean =>
    (outcome === 'wrong' || outcome === 'away') && !(set === null ? sets === null || sets.some(isThere) : isThere(set));
  const own = store.checks.last(kind, vault.id, of, false);
  const seenWhole = (): SeenVerification | null => {
    const whole = object === null ? null : store.checks.last('verify', vault.id, null, false);
    return whole && object && seenBy(whole, object.id, olderChecks(parts, vault, object, catalog));
  };
  // What a verification of the whole vault found right is right for each of its objects.
  const whole = kind === 'verify' ? seenWhole() : null;
  const wider = whole?.outcome === 'right' && whole.check.number > (own?.number ?? 0) ? asSeen(whole) : null;
  const found = wider ?? store.checks.last(kind, vault.id, of, true);
  const verifications = kind === 'verify' && object !== null ? openOf(parts, vault, object, catalog).standing : null;
  const shown =
    verifications === null
      ? shownOf(openTests(parts, kind, vault, object, seenWhole).filter(({ check }) => !over(check)))
      : shownOf(verifications);
  const schedules = store.schedules
    .list()
    .filter(
      (schedule) =>
        schedule.task === kind &&
        !schedule.paused &&
        (object === null ? schedule.vault === vault.id : schedule.object === object.id) &&
        problemOf(schedule) === null,
    );
  const newest = wider ?? own;
  const before = () =>
    store.checks
      .list({ kind, object: of, vault: vault.id, limit: LOOK_BACK })
      .find((check) => check.object === of && (kind !== 'verify' || check.set === null) && !over(check)) ?? null;
  const last = newest !== null && over(newest) ? before() : newest;
  const isReadBack = verifications !== null && shown !== null && shown.set !== null;
  const afterBackup = kind === 'verify' && object !== null && store.settings.of(object.id).verifyAfterBackup;
  return {
    kind,
    standing: { ...standingOf({ last, found, open: shown && asSeen(shown), schedules, now }), afterBackup },
    failed: last?.outcome === 'failed' ? last : null,
    away: shown?.outcome === 'away' ? shown.check : null,
    readBack: isReadBack ? store.checks.ofJob(shown.check.job) : null,
    damagedSets: shown?.damaged ?? [],
    wrongIn: object === null && shown?.outcome === 'wrong' ? namesOf(parts, shown.check) : [],
  };
};

/** What is open of restore tests, and of verifications of a whole vault. */
const openTests = (
  { store }: ConsoleParts,
  kind: CheckKind,
  vault: Pick<VaultInfo, 'id'>,
  object: Pick<StoredObject, 'id' | 'kind'> | null,
  seenWhole: () => SeenVerification | null,
): SeenVerification[] => {
  const open = store.checks.open(kind, vault.id, object?.id ?? null);
  // A volume may be too long for any test: what reads all of it back tells as much.
  const verified = (): number => {
    if (object?.kind !== 'volumes') return 0;
    const own = store.checks.last('verify', vault.id, object.id, false);
    const whole = seenWhole();
    return Math.max(own?.outcome === 'right' ? own.number : 0, whole?.outcome === 'right' ? whole.check.number : 0);
  };
  const since = open.length === 0 ? 0 : verified();
  return open
    .filter(({ number }) => number >= since)
    .map((check) => {
      const { outcome, failures, detail } = check;
      return { check, outcome, failures, set: null, sets: detail.sets, damaged: detail.sets ?? [] };
    });
};

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
