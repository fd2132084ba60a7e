import { setImmediate as turn } from 'node:timers/promises';
import type { Anomaly, AnomalyKind } from '../../../shared/model/anomaly.ts';
import { anomalyText } from '../../../shared/model/anomaly-text.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import type { HoldKind } from '../../../shared/model/retention.ts';
import { retentionHeld } from '../../../shared/model/retention-held.ts';
import type { SetId } from '../../../shared/units.ts';
import { isLostNowhere } from '../checks/open-findings.ts';
import { anomaliesOf, DifferenceCount, isUsuallyReplaced } from '../retention/anomalies.ts';
import type { StoredObject } from '../store/object-table.ts';
import type { HeldSet } from '../store/retention-table.ts';
import type { CatalogReader, VaultInfo } from '../use-cases.ts';
import { checksOfVault } from './check-standing.ts';
import { vaultOf, withCatalog } from './lookups.ts';
import type { ConsoleParts } from './parts.ts';
import { unreadSet } from './read-back-hold.ts';

/** Why nothing of an object expires now. */
export interface RetentionHold {
  readonly kind: HoldKind;
  /** The set that it is about; null where it is in none that is known. */
  readonly set: string | null;
  /** The reason in words, which follow a colon. */
  readonly about: string;
  /** The job that first found the damage. */
  readonly job?: string;
}

/** Sets that are looked at for what is unusual about them: all that were made since the last time, as a rule one. Those of some months. */
const MOST_LOOKED_AT = 5000;
/** Differences of one set that are counted at most, and after how many others get their turn. */
const MOST_DIFFERENCES = 500_000;
const TURN_AFTER = 2000;

/** Looks at sets that were not looked at yet, and tells what of the named kinds holds retention of an object back. */
export const holdsOf = async (
  parts: ConsoleParts,
  object: StoredObject,
  kinds: readonly HoldKind[],
  signal: AbortSignal,
): Promise<RetentionHold[]> => {
  await lookForAnomalies(parts, object, signal);
  return await knownHolds(parts, object, kinds);
};

/** The same, by what was looked at already: changes nothing. */
export const knownHolds = async (
  parts: ConsoleParts,
  object: StoredObject,
  kinds: readonly HoldKind[],
): Promise<RetentionHold[]> => {
  const holds: RetentionHold[] = (await heldNow(parts, object)).map(({ set, anomalies }) => ({
    kind: 'unusual',
    set,
    about: aboutUnusual(set, anomalies),
  }));
  const damage = await damageHold(parts, object);
  if (damage !== null) holds.push(damage);
  const unread = kinds.includes('unread') ? await unreadSet(parts, object) : null;
  if (unread !== null)
    holds.push({
      kind: 'unread',
      set: unread,
      about: `set ${unread.slice(0, 8)} is to be read back after its backup, and was not found right yet. Verify it or the object`,
    });
  return holds.filter(({ kind }) => kinds.includes(kind));
};

const aboutUnusual = (set: string, anomalies: readonly Anomaly[]): string =>
  `something is unusual about set ${set.slice(0, 8)}, and nobody has looked: ${anomalies.map(anomalyText).join('; ')}`;

/** Refuses to go past what holds retention back, and was not named. Throws RETENTION_HELD. */
export const demandNotHeldBack = (
  { name }: StoredObject,
  holds: readonly RetentionHold[],
  although: readonly Pick<RetentionHold, 'kind' | 'set'>[],
): void => {
  const left = holds.filter(({ kind, set }) => !although.some((each) => each.kind === kind && each.set === set));
  if (left.length > 0) throw retentionHeld(name, left);
};

/** Something unusual at which nobody has looked, in a set that is newer than some that would be lost. */
interface HoldOnLoss {
  readonly object: string;
  readonly set: string;
  readonly about: string;
}

/** What speaks against losing sets: those from before one that is unusual may be the only good ones. */
export const holdsOnLoss = async (
  parts: ConsoleParts,
  vault: VaultInfo,
  sets: readonly string[],
): Promise<HoldOnLoss[]> => {
  const objects = parts.store.objects.list().filter((object) => object.vault === vault.id);
  const wanted = new Set(sets);
  return await withCatalog(parts, vault, [], (catalog) =>
    objects.flatMap(({ id, name }): HoldOnLoss[] => {
      const held = new Map(heldIn(parts, id, catalog).map(({ set, anomalies }) => [set, anomalies]));
      if (held.size === 0) return [];
      const newestFirst = catalog.sets(id).toSorted((one, other) => other.createdAt - one.createdAt);
      const unusual = newestFirst.findLast((set) => held.has(set.id));
      if (unusual === undefined) return [];
      if (!newestFirst.some((set) => wanted.has(set.id) && set.createdAt < unusual.createdAt)) return [];
      return [{ object: name, set: unusual.id, about: aboutUnusual(unusual.id, held.get(unusual.id) ?? []) }];
    }),
  );
};

/** Refuses to lose sets from before one that is unusual, while nobody has looked. Throws RETENTION_HELD. */
export const demandLooked = async (parts: ConsoleParts, vault: VaultInfo, sets: readonly string[]): Promise<void> => {
  const [first] = await holdsOnLoss(parts, vault, sets);
  if (first !== undefined) throw retentionHeld(first.object, [first], 'tape erase TAPE');
};

/** The sets with something unusual at which nobody has looked, as far as they are still there. */
export const heldNow = async (parts: ConsoleParts, object: Pick<StoredObject, 'id' | 'vault'>): Promise<HeldSet[]> => {
  const catalog = await parts.useCases.openCatalog(parts.home, object.vault);
  try {
    return heldIn(parts, object.id, catalog);
  } finally {
    catalog?.close();
  }
};

/** Somebody has looked at what is unusual about the sets that `heldNow` names, or at all of it. */
export const acknowledge = async (
  parts: ConsoleParts,
  object: Pick<StoredObject, 'id' | 'vault'>,
  sets: readonly string[] | undefined,
): Promise<void> => {
  const { retention } = parts.store;
  if (sets === undefined) {
    retention.acknowledge(object.id, null);
    return;
  }
  const catalog = await parts.useCases.openCatalog(parts.home, object.vault);
  try {
    retention.acknowledge(object.id, { sets, there: catalog === null ? null : completeIn(catalog, object.id) });
  } finally {
    catalog?.close();
  }
};

const completeIn = (catalog: Pick<CatalogReader, 'sets'>, object: string): readonly BlockSetSummary[] =>
  catalog.sets(object).filter(({ state }) => state === 'complete');

/** The same with a catalog at hand; null for one that cannot be read. */
export const heldIn = (
  { store }: ConsoleParts,
  object: string,
  catalog: Pick<CatalogReader, 'sets'> | null,
): HeldSet[] => {
  const held = store.retention.held(object, null);
  if (held.length === 0 || catalog === null) return held;
  return store.retention.held(object, completeIn(catalog, object));
};

/** What is newer than a damaged set may build on it: what it replaced may be all that is whole. */
const damageHold = async (parts: ConsoleParts, object: StoredObject): Promise<RetentionHold | null> => {
  const vault = vaultOf(parts, object);
  const openIn = (catalog: CatalogReader | null) => checksOfVault(parts, vault, catalog).openOf(object.id);
  const { standing } = (await withCatalog(parts, vault, null, openIn)) ?? openIn(null);
  const wrong = standing.filter((each) => each.outcome === 'wrong' && !isLostNowhere(each));
  const first = wrong.at(-1);
  if (first === undefined) return null;
  const sets = [...new Set(wrong.flatMap(({ damaged }) => damaged))];
  const named = sets.map((set) => set.slice(0, 8)).join(', ');
  const what = sets.length === 0 ? '' : ` in ${sets.length === 1 ? 'set' : 'sets'} ${named}`;
  const about = `a verification found damage${what}, and nothing was found right since. Verify the object again, or let go by hand what you do not need`;
  return { kind: 'damage', set: sets[0] ?? null, about, job: first.check.job };
};

/** Looks at complete sets that were not looked at yet, and notes what is unusual about each. */
const lookForAnomalies = async (parts: ConsoleParts, object: StoredObject, signal: AbortSignal): Promise<void> => {
  const catalog = await parts.useCases.openCatalog(parts.home, object.vault);
  if (catalog === null) return;
  try {
    const sets = catalog.sets(object.id).filter(({ state }) => state === 'complete');
    const backedUp = sets.find(({ level }) => level !== 'synthetic');
    if (backedUp !== undefined && notMounted(backedUp) === 0) parts.store.retention.settle(object.id, 'not-mounted');
    if (backedUp !== undefined && isAllRead(backedUp)) parts.store.retention.settle(object.id, 'unreadable');
    const newest = sets.slice(0, MOST_LOOKED_AT);
    const found = new Map(parts.store.retention.found(newest.map(({ id }) => id)));
    // Oldest first: what was found about those before says what is usual.
    for (const [at, set] of [...newest.entries()].toReversed()) {
      if (found.has(set.id)) continue;
      await turn();
      signal.throwIfAborted();
      const before = sets.slice(at + 1);
      const { anomalies, usual } = await anomaliesIn(catalog, set, before, found, signal);
      const lacking = set === backedUp ? notMounted(set) : 0;
      if (lacking > 0) anomalies.push({ kind: 'not-mounted', usual: 0, now: lacking });
      parts.store.retention.noteAnomalies(object.id, set, anomalies, usual && lacking === 0);
      found.set(
        set.id,
        anomalies.map(({ kind }) => kind),
      );
    }
  } finally {
    catalog.close();
  }
};

/** What is to be said of a set; `usual` where that is nothing but what the object always does. */
const anomaliesIn = async (
  catalog: CatalogReader,
  set: BlockSetSummary,
  before: readonly BlockSetSummary[],
  found: ReadonlyMap<string, readonly AnomalyKind[]>,
  signal: AbortSignal,
): Promise<{ readonly anomalies: Anomaly[]; readonly usual: boolean }> => {
  // One that was made of others is of the same state as the newest of these.
  if (set.level === 'synthetic') return { anomalies: [], usual: false };
  const [last] = before;
  const differences =
    last === undefined ? new DifferenceCount().result : await differencesOf(catalog, last.id, set, signal);
  const anomalies = anomaliesOf(set, before, differences);
  const others = anomalies.filter(({ kind }) => kind !== 'many-changed');
  const madeBefore = before.filter(({ level }) => level !== 'synthetic');
  if (others.length === anomalies.length || !isUsuallyReplaced(madeBefore.map(({ id }) => found.get(id) ?? [])))
    return { anomalies, usual: false };
  return others.length > 0 ? { anomalies: others, usual: false } : { anomalies, usual: true };
};

/** Folders whose disks a backup missed. Each set says so anew until they are back. */
const notMounted = ({ warnings }: BlockSetSummary): number =>
  warnings.filter(({ code }) => code === 'NOT_MOUNTED').length;

/** A later backup could read all: what an earlier one could not is in it, or gone. */
const isAllRead = ({ warnings }: BlockSetSummary): boolean =>
  warnings.every(({ code }) => !['UNREADABLE', 'ELEMENT_UNREADABLE', 'MORE_WARNINGS'].includes(code));

const differencesOf = async (catalog: CatalogReader, from: SetId, to: BlockSetSummary, signal: AbortSignal) => {
  const closed = to.warnings.filter(({ code }) => code === 'ELEMENT_UNREADABLE').map(({ path }) => path);
  const count = new DifferenceCount(closed);
  let seen = 0;
  for (const { change, type, path, contentUnread } of catalog.differences(from, to.id)) {
    count.add(change, type, path, contentUnread);
    seen += 1;
    if (seen === MOST_DIFFERENCES) break;
    if (seen % TURN_AFTER === 0) await turn();
    signal.throwIfAborted();
  }
  return count.result;
};
