import { access } from 'node:fs/promises';
import type { Attention } from '../../../shared/contract/attention.ts';
import type { CheckStanding } from '../../../shared/contract/checks.ts';
import type { CheckKind } from '../../../shared/contract/choices.ts';
import type { VaultOverview } from '../../../shared/contract/overview.ts';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { canReclaim } from '../../../shared/model/reclaim.ts';
import { answerOf } from '../../platform/answering-folder.ts';
import {
  byUrgency,
  catalogAttention,
  cleaningAttention,
  objectAttention,
  vaultAttention,
} from '../overview/attention.ts';
import { awayAttention } from '../overview/away-attention.ts';
import { checkAttention, damageAttention, type SeenChecks } from '../overview/check-attention.ts';
import { forecast, growthBegin, WINDOW_MS } from '../overview/forecast.ts';
import { homeAttention } from '../overview/home-attention.ts';
import { noticeAttention } from '../overview/notice-attention.ts';
import { objectOverview } from '../overview/object-overview.ts';
import { reclaimAttention } from '../overview/reclaim-attention.ts';
import { retentionAttention } from '../overview/retention-attention.ts';
import { checkScheduleAttention, type SeenSchedule, scheduleAttention } from '../overview/schedule-attention.ts';
import { pathOfBase64, pathView } from '../paths.ts';
import { ageOf } from '../retention/dates.ts';
import { allPaused, nextRunOf, problemOf } from '../schedules/next-run.ts';
import { isTakenUp } from '../schedules/taken-up.ts';
import { lastPossible } from '../schedules/wrong-clock.ts';
import type { StoredObject } from '../store/object-table.ts';
import type { HeldSet } from '../store/retention-table.ts';
import type { StoredSchedule } from '../store/schedule-table.ts';
import type { CatalogGrowth, CatalogReader, VaultInfo, VaultSpace } from '../use-cases.ts';
import { checksOfVault, standing, type VaultChecks } from './check-standing.ts';
import { type KnownDamage, knownDamage } from './known-damage.ts';
import { withCatalog } from './lookups.ts';
import { overdueNow } from './overdue-of.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';
import { heldIn } from './retention-holds.ts';
import { sharedDisksOf } from './shared-disks-of.ts';
import { withLive } from './tapes-with-live.ts';
import { isoTime, vaultView } from './views.ts';

const TREND = 30;
const HOUR_MS = 3_600_000;
/** A share whose server does not answer must not hold up the others. */
const PATIENCE_MS = 1000;

interface ObjectChecks {
  readonly restoreTest: SeenChecks;
  readonly verify: SeenChecks;
}

interface Found {
  readonly recent: { readonly sets: readonly BlockSetSummary[]; readonly total: number };
  readonly good: BlockSetSummary | null;
  readonly belowGood: KnownDamage['belowGood'];
  readonly checks: ObjectChecks;
  readonly damage: Pick<KnownDamage, 'under' | 'older'>;
  readonly held: readonly HeldSet[];
  /** Tapes that its last good set needs and that are not here, volume ids. */
  readonly away: readonly string[];
}

const NOTHING: Omit<Found, 'checks' | 'held'> = {
  recent: { sets: [], total: 0 },
  good: null,
  belowGood: null,
  damage: { under: [], older: [] },
  away: [],
};
const NO_GROWTH: CatalogGrowth = { sets: 0, since: null, stored: [] };

/** Serves the overview: how every object and vault is, and what a person should look at. */
export const overviewHandlers = (parts: ConsoleParts): HandlersOf<'overview'> => ({
  overview: async () => {
    const now = Date.now();
    const objects = parts.store.objects.list();
    const found = await Promise.all(parts.store.vaults.list().map((vault) => ofVault(parts, vault, objects, now)));
    const shared = await sharedDisksOf(found.flatMap(({ known }) => known));
    return {
      at: isoTime(now),
      objects: found
        .flatMap((each) => each.objects)
        .map((object) => ({ ...object, sharedDisk: shared.get(object.id) ?? [] }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      vaults: found.map(({ vault }) => vault),
      attention: [
        ...homeAttention(parts.home, parts.store),
        ...noticeAttention(parts.store.notices),
        ...found.flatMap(({ attention }) => attention),
      ].toSorted(byUrgency),
    };
  },
});

const ofVault = async (parts: ConsoleParts, vault: VaultInfo, all: readonly StoredObject[], now: number) => {
  const mine = all.filter((object) => object.vault === vault.id);
  const space = await spaceOf(parts, vault);
  const awayHere = space?.away ?? [];
  const read = (catalog: CatalogReader) => {
    const seen = checksOfVault(parts, vault, catalog);
    const damaged = catalog.damagedSets();
    return {
      growth: catalog.growth(now - WINDOW_MS),
      verified: standing(parts, 'verify', seen, null, now),
      found: mine.map((object): Found => {
        const { good, under, older, belowGood } = knownDamage(catalog, object.id, damaged);
        // What a verification found of others it has told of, and how long that stands.
        const told = older.length === 0 ? null : seen.openOf(object.id).damagedSets;
        return {
          recent: catalog.recentSets(object.id, TREND),
          good,
          belowGood,
          held: heldIn(parts, object.id, catalog),
          damage: { under, older: older.filter((set) => told?.has(set) !== true) },
          checks: checksOf(parts, seen, object, now),
          away:
            good === null
              ? []
              : catalog.tapesAway(
                  good.id,
                  awayHere.map(({ tape }) => tape),
                ),
        };
      }),
    };
  };
  const unread = () => {
    const seen = checksOfVault(parts, vault, null);
    return {
      growth: NO_GROWTH,
      verified: standing(parts, 'verify', seen, null, now),
      found: mine.map((object) => ({
        ...NOTHING,
        held: heldIn(parts, object.id, null),
        checks: checksOf(parts, seen, object, now),
      })),
    };
  };
  const { result, error: unreadable } = await triedCatalog(parts, vault, read);
  const { growth, found, verified } = result ?? unread();
  const schedules = parts.store.schedules.list();
  const attention: Attention[] = [];
  const whole = verified.standing;
  const needed: { object: string; set: string; tapes: readonly string[] }[] = [];
  const seenChecks: { object?: string; seen: SeenChecks }[] = [{ seen: verified }];
  const objects = await Promise.all(
    mine.map(async (object, at) => {
      const { recent, good, belowGood, checks, damage, away, held } = found[at] as Found;
      if (good !== null && away.length > 0) needed.push({ object: object.name, set: good.id, tapes: away });
      for (const seen of Object.values(checks)) seenChecks.push({ object: object.name, seen });
      const { running, ended } = parts.board.backupsOf(object.name);
      // What goes on by itself has not failed.
      const goesOn = ended?.state === 'interrupted' && isTakenUp(parts.store.schedules, ended.id);
      const overdue = overdueNow(parts, object, good, now);
      const nextRun = nextRunOf(schedules, object.id, now, parts.store.schedules.pausedUntil());
      const shown = objectOverview({
        object,
        vault,
        recent,
        good,
        belowGood,
        running,
        ended: goesOn ? null : ended,
        overdueAfterMs: parts.store.settings.of(object.id).overdueAfterHours * HOUR_MS,
        overdue,
        nextRun,
        schedulesPaused: allPaused(schedules, object.id),
        restoreTest: checks.restoreTest.standing,
        verify: checks.verify.standing,
        damaged: damage.under.length > 0,
        away: space === null || away.length > 0,
        unreadable: unreadable?.code ?? null,
        now,
      });
      const incompleteSets = recent.sets.filter(({ state }) => state === 'incomplete').length;
      const missing = await missingRoots(object);
      attention.push(
        ...objectAttention(shown, {
          incompleteSets,
          missingRoots: missing,
          warnings: good?.warnings ?? [],
          overdueBy: overdue?.by ?? null,
        }),
      );
      const seen = schedules
        .filter((schedule) => schedule.object === object.id)
        .map((schedule) => seenSchedule(parts, schedule));
      attention.push(...scheduleAttention(shown, seen, now - ((good && ageOf(good, now)) ?? now)));
      const where = { object: object.name, vault: vault.dir };
      const inNewest = damage.under.length > 0;
      attention.push(...checkAttention(where, checks.restoreTest), ...checkAttention(where, checks.verify, inNewest));
      attention.push(...damageAttention(where, damage, Object.values(checks)));
      attention.push(...retentionAttention(where, held));
      return shown;
    }),
  );
  const grownSince = growthBegin(growth, now);
  const expired = grownSince === null ? 0 : parts.store.jobs.expiredBytes(vault.dir, grownSince, now);
  const shown = vaultOverview(vault, space, { ...growth, expired }, mine.length, whole, now);
  attention.push(...vaultAttention(shown.vault, shown.free));
  if (unreadable !== null) attention.push(catalogAttention(vault.dir, unreadable));
  if (space !== null)
    attention.push(
      ...cleaningAttention(vault.dir, space.cleaning),
      ...(await toReclaim(parts, vault, space)),
      ...awayAttention({ vault: vault.dir, tapes: space.away, missing: space.missing, needed, checks: seenChecks }),
    );
  for (const schedule of schedules.filter((each) => each.vault === vault.id))
    attention.push(...checkScheduleAttention({ vault: vault.dir }, seenSchedule(parts, schedule)));
  attention.push(...checkAttention({ vault: vault.dir }, verified));
  const known = mine.map((object, at) => ({
    object,
    vault,
    onDisk: space !== null && !space.changer,
    good: (found[at] as Found).good !== null,
  }));
  return { objects, vault: shown.vault, attention, known };
};

/** What a catalog says, or why it cannot be read: that of one vault must not hold up the others. */
const triedCatalog = async <Result>(
  parts: ConsoleParts,
  vault: VaultInfo,
  read: (catalog: CatalogReader) => Result,
): Promise<{ readonly result: Result | null; readonly error: ColdframeError | null }> => {
  try {
    return { result: await withCatalog(parts, vault, null, read), error: null };
  } catch (thrown) {
    return { result: null, error: asColdframeError(thrown) };
  }
};

/** Nothing where it cannot be told: a catalog may be out of reach. */
const toReclaim = async (parts: ConsoleParts, vault: VaultInfo, space: VaultSpace): Promise<Attention[]> => {
  if (!canReclaim(space.changer, space.drives)) return [];
  try {
    return reclaimAttention(vault.dir, await withLive(parts, vault, await parts.useCases.listTapes(vault.dir)), space);
  } catch {
    return [];
  }
};

const vaultOverview = (
  vault: VaultInfo,
  space: VaultSpace | null,
  growth: CatalogGrowth & { readonly expired: number },
  objects: number,
  verify: CheckStanding,
  now: number,
): { readonly vault: VaultOverview; readonly free: number } => {
  const free = space === null ? 0 : Math.min(space.bytesFree, space.bytesFreeOnDisk ?? Number.POSITIVE_INFINITY);
  return {
    free,
    vault: {
      vault: vaultView(vault),
      reachable: space !== null,
      space: space && {
        bytesCapacity: space.bytesCapacity,
        bytesUsed: space.bytesUsed,
        bytesFree: space.bytesFree,
        bytesFreeOnDisk: space.bytesFreeOnDisk,
        slots: space.slots,
        slotsFree: space.slotsFree,
        drives: space.drives,
      },
      tapes: { ...space?.tapes },
      forecast: space === null ? null : forecast(growth, growth.expired, free, now),
      objects,
      sets: growth.sets,
      verify,
    },
  };
};

const checksOf = (parts: ConsoleParts, vault: VaultChecks, object: StoredObject, now: number): ObjectChecks => {
  const of = (kind: CheckKind): SeenChecks => standing(parts, kind, vault, object, now);
  return { restoreTest: of('restore-test'), verify: of('verify') };
};

const seenSchedule = ({ store }: ConsoleParts, schedule: StoredSchedule): SeenSchedule => ({
  schedule,
  problem: problemOf(schedule),
  last: store.schedules.runs(schedule.id, 1, lastPossible(Date.now()))[0] ?? null,
});

/** Null when the vault is out of reach. */
const spaceOf = async ({ useCases }: ConsoleParts, { dir, id }: VaultInfo): Promise<VaultSpace | null> => {
  try {
    const there = await useCases.inspectVault(dir);
    return there.id === id ? await useCases.vaultSpace(dir) : null;
  } catch {
    return null;
  }
};

/** Roots that are not there now; one that does not say in time counts as there. */
const missingRoots = async ({ selection }: StoredObject): Promise<string[]> => {
  const missing = await Promise.all(
    selection.roots.map(async ({ pathBase64 }) => {
      const look = async (): Promise<boolean> =>
        await access(Buffer.from(pathBase64, 'base64')).then(
          () => false,
          (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
        );
      const gone = (await answerOf('root', pathBase64, look, PATIENCE_MS))?.found ?? false;
      return gone ? [pathView(pathOfBase64(pathBase64)).path] : [];
    }),
  );
  return missing.flat();
};
