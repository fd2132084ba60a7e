import { access } from 'node:fs/promises';
import type { Attention } from '../../../shared/contract/attention.ts';
import type { VaultOverview } from '../../../shared/contract/overview.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { byUrgency, objectAttention, vaultAttention } from '../overview/attention.ts';
import { forecast, WINDOW_MS } from '../overview/forecast.ts';
import { objectOverview } from '../overview/object-overview.ts';
import { scheduleAttention } from '../overview/schedule-attention.ts';
import { pathOfBase64, pathView } from '../paths.ts';
import { ageOf } from '../retention/dates.ts';
import { nextRunOf, problemOf } from '../schedules/next-run.ts';
import type { StoredObject } from '../store/object-table.ts';
import type { CatalogGrowth, CatalogReader, VaultInfo, VaultSpace } from '../use-cases.ts';
import { withCatalog } from './lookups.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';
import { isoTime, vaultView } from './views.ts';

const TREND = 30;
const HOUR_MS = 3_600_000;
/** A share whose server does not answer must not hold up the others. */
const PATIENCE_MS = 1000;

interface Found {
  readonly recent: { readonly sets: readonly BlockSetSummary[]; readonly total: number };
  readonly good: BlockSetSummary | null;
}

const NOTHING: Found = { recent: { sets: [], total: 0 }, good: null };
const NO_GROWTH: CatalogGrowth = { sets: 0, since: null, stored: [] };

/** Serves the overview: how every object and vault is, and what a person should look at. */
export const overviewHandlers = (parts: ConsoleParts): HandlersOf<'overview'> => ({
  overview: async () => {
    const now = Date.now();
    const objects = parts.store.objects.list();
    const found = await Promise.all(parts.store.vaults.list().map((vault) => ofVault(parts, vault, objects, now)));
    return {
      at: isoTime(now),
      objects: found.flatMap((each) => each.objects).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      vaults: found.map(({ vault }) => vault),
      attention: found.flatMap(({ attention }) => attention).toSorted(byUrgency),
    };
  },
});

const ofVault = async (parts: ConsoleParts, vault: VaultInfo, all: readonly StoredObject[], now: number) => {
  const mine = all.filter((object) => object.vault === vault.id);
  const read = (catalog: CatalogReader) => ({
    growth: catalog.growth(now - WINDOW_MS),
    found: mine.map(({ id }): Found => ({ recent: catalog.recentSets(id, TREND), good: catalog.newestComplete(id) })),
  });
  const { growth, found } = await withCatalog(parts, vault, { growth: NO_GROWTH, found: [] as Found[] }, read);
  const overdueAfterMs = parts.store.settings.read().overdueAfterHours * HOUR_MS;
  const schedules = parts.store.schedules.list();
  const attention: Attention[] = [];
  const objects = await Promise.all(
    mine.map(async (object, at) => {
      const { recent, good } = found[at] ?? NOTHING;
      const jobs = parts.board.backupsOf(object.name);
      const nextRun = nextRunOf(schedules, object.id, now, parts.store.schedules.pausedUntil());
      const shown = objectOverview({ object, vault, recent, good, ...jobs, overdueAfterMs, nextRun, now });
      const incompleteSets = recent.sets.filter(({ state }) => state === 'incomplete').length;
      attention.push(...objectAttention(shown, { incompleteSets, missingRoots: await missingRoots(object) }));
      const seen = schedules
        .filter((schedule) => schedule.object === object.id)
        .map((schedule) => ({
          schedule,
          problem: problemOf(schedule),
          last: parts.store.schedules.runs(schedule.id, 1)[0] ?? null,
        }));
      attention.push(...scheduleAttention(shown, seen, now - ((good && ageOf(good, now)) ?? now)));
      return shown;
    }),
  );
  const shown = vaultOverview(vault, await spaceOf(parts, vault), growth, mine.length, now);
  attention.push(...vaultAttention(shown.vault, shown.free));
  return { objects, vault: shown.vault, attention };
};

const vaultOverview = (
  vault: VaultInfo,
  space: VaultSpace | null,
  growth: CatalogGrowth,
  objects: number,
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
        bytesFreeOnDisk: space.bytesFreeOnDisk,
        slots: space.slots,
        slotsFree: space.slotsFree,
        drives: space.drives,
      },
      tapes: { ...space?.tapes },
      forecast: space === null ? null : forecast(growth, free, now),
      objects,
      sets: growth.sets,
    },
  };
};

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
      const gone = await Promise.race([
        access(Buffer.from(pathBase64, 'base64')).then(
          () => false,
          (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
        ),
        new Promise<false>((done) => setTimeout(done, PATIENCE_MS, false).unref()),
      ]);
      return gone ? [pathView(pathOfBase64(pathBase64)).path] : [];
    }),
  );
  return missing.flat();
};
