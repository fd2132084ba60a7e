import type { Entry } from '../../../shared/contract/browse.ts';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import type { SetId } from '../../../shared/units.ts';
import { damagedBelow } from '../checks/damaged-below.ts';
import { bytesOfPath } from '../paths.ts';
import type { CatalogReader, VaultInfo } from '../use-cases.ts';
import { checksOfVault } from './check-standing.ts';
import type { Drawn } from './listings.ts';
import { nameInCatalog, objectNamed, setNamed, vaultOf, withCatalog } from './lookups.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';
import { belowView, isoTime } from './views.ts';

type Names = 'ls' | 'gone' | 'du' | 'timeline' | 'versions' | 'find' | 'diff' | 'compare';

const PAGE = 1000;

/** Serves the procedures that look into the catalog. */
export const browseHandlers = (parts: ConsoleParts): HandlersOf<Names> => ({
  ls: async ({ set: name, path, recursive, after, limit, offset, ...order }) => {
    const { set, vault } = await setNamed(parts, name);
    if (offset !== undefined) {
      demandOneFolder(recursive, after);
      const window = { offset, limit: limit ?? PAGE };
      if (!path) return { set, next: null, ...(await rootsWindow(parts, vault, set, window)) };
      const pages = await parts.folderPages();
      const request = {
        set,
        path: bytesOfPath(path),
        ...window,
        sort: order.sort ?? ('name' as const),
        descending: order.descending ?? false,
        foldersFirst: order.foldersFirst ?? false,
      };
      return { set, next: null, ...(await pages.page(parts.home, vault.id, request)) };
    }
    const options = { recursive: recursive ?? false };
    const { rows, next } = await draw(parts, [vault], { after, limit }, (catalog) =>
      catalog.list(set, path ? bytesOfPath(path) : null, options),
    );
    return { set, entries: rows, next, total: null };
  },

  gone: async ({ set: name, path, limit }, { signal }) => {
    const { set, vault } = await setNamed(parts, name);
    const pages = await parts.folderPages();
    const wish = { set, path: bytesOfPath(path), limit: limit ?? PAGE };
    return { set, ...(await pages.gone(parts.home, vault.id, wish, signal)) };
  },

  du: async ({ set: name, path }, { signal }) => {
    const { set, vault } = await setNamed(parts, name);
    const pages = await parts.folderPages();
    return { set, ...(await pages.weigh(parts.home, vault.id, { set, path: bytesOfPath(path) }, signal)) };
  },

  timeline: async ({ object, limit, also }) => {
    const vault = await vaultWith(parts, object);
    const now = Date.now();
    return await withCatalog(parts, vault, { object, sets: [], total: 0 }, (catalog) => {
      const { sets: recent, total } = catalog.recentSets(nameInCatalog(parts, object), limit ?? PAGE);
      const [first] = recent;
      const isOlder = first !== undefined && also !== undefined && !recent.some(({ id }) => id === also);
      const older = isOlder ? catalog.sets(first.object.id).filter(({ id }) => id === also) : [];
      const sets = [...recent, ...older];
      const { openOf } = checksOfVault(parts, vault, catalog);
      const found = first === undefined ? [] : openOf(first.object.id).damagedSets.keys();
      const damaged = new Set([...catalog.damagedSets(), ...found]);
      const below =
        first === undefined || damaged.size === 0
          ? null
          : damagedBelow(catalog.sets(first.object.id), damaged, (set) => catalog.resumedBy(set));
      return {
        object,
        total,
        sets: sets.map((set) => ({
          ...momentOf(set, catalog.touched(set.id), now),
          damaged: damaged.has(set.id),
          damagedBelow: belowView(below?.get(set.id)),
        })),
      };
    });
  },

  versions: async ({ object, path }) => {
    const vault = await vaultWith(parts, object);
    const versions = await withCatalog(parts, vault, [], (catalog) =>
      catalog.versions(nameInCatalog(parts, object), bytesOfPath(path)),
    );
    if (versions.length > 0) return { versions };
    throw new ColdframeError('NO_SUCH_PATH', {
      message: `No block set of ${object} has ${'path' in path ? path.path : 'this path'}.`,
      guidance: 'Look for it by name with: coldframe find PATTERN',
      context: { object },
    });
  },

  find: async ({ pattern, object, allVersions, after, limit }) => {
    if (pattern === '') throw noPattern();
    const vaults = object === undefined ? parts.store.vaults.list() : [await vaultWith(parts, object)];
    const options = {
      object: object === undefined ? null : nameInCatalog(parts, object),
      allVersions: allVersions ?? false,
    };
    const { rows, next } = await draw(parts, vaults, { after, limit }, (catalog) => catalog.find(pattern, options));
    return { entries: rows, next };
  },

  compare: async ({ from, to, path, change, name, limit }, { signal }) => {
    const { older, newer } = await twoSets(parts, from, to);
    const pages = await parts.folderPages();
    const wish = {
      from: older.set,
      to: newer.set,
      path: path ? bytesOfPath(path) : null,
      change: change ?? null,
      name: name ?? null,
      most: limit ?? PAGE,
    };
    const { totals, changes } = await pages.compare(parts.home, older.vault.id, wish, signal);
    const wanted = change ? totals[change].count : totals.added.count + totals.removed.count + totals.changed.count;
    return { from: older.set, to: newer.set, totals, changes, more: wanted > changes.length };
  },

  diff: async ({ from, to, path, after, limit }) => {
    const { older, newer } = await twoSets(parts, from, to);
    const { rows, next } = await draw(parts, [older.vault], { after, limit }, (catalog) =>
      catalog.diff(older.set, newer.set, path ? bytesOfPath(path) : null),
    );
    return { from: older.set, to: newer.set, changes: rows, next };
  },
});

/** Two sets that can be compared. Throws USAGE. */
const twoSets = async (parts: ConsoleParts, from: string, to: string) => {
  const older = await setNamed(parts, from);
  const newer = await setNamed(parts, to);
  if (older.vault.id === newer.vault.id) return { older, newer };
  throw new ColdframeError('USAGE', {
    message: `${from} and ${to} are in different vaults.`,
    guidance: 'Compare two block sets of one vault.',
  });
};

const momentOf = (
  set: BlockSetSummary,
  touched: number | null,
  now: number,
): Omit<OutputOf<'timeline'>['sets'][number], 'damaged' | 'damagedBelow'> => ({
  id: set.id,
  level: set.level,
  state: set.state,
  parent: set.parent,
  createdAt: isoTime(set.createdAt),
  ageMs: Math.max(0, now - set.createdAt),
  elements: set.elements,
  logicalBytes: set.logicalBytes,
  bytesRead: set.bytesRead,
  bytesStored: set.bytesStored,
  durationMs: set.durationMs,
  tapes: [...set.tapes],
  warnings: set.warnings.length,
  touched,
});

/** The roots that a set was made of, from any place: there are never many. */
const rootsWindow = (
  parts: ConsoleParts,
  vault: VaultInfo,
  set: SetId,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<{ readonly entries: Entry[]; readonly total: number }> =>
  withCatalog(parts, vault, { entries: [], total: 0 }, (catalog) => {
    const roots = [...catalog.list(set, null, { recursive: false })];
    return { entries: roots.slice(offset, offset + limit), total: roots.length };
  });

const demandOneFolder = (recursive: boolean | undefined, after: string | undefined): void => {
  if (!recursive && after === undefined) return;
  throw new ColdframeError('USAGE', {
    message: 'A list from any place is of one folder: it goes neither with recursive nor with after.',
    guidance: 'Leave out offset, or the other one.',
  });
};

/** A page of a list that goes through the catalogs of some vaults, one after the other. */
const draw = async <Row>(
  { useCases, home, listings }: ConsoleParts,
  vaults: readonly VaultInfo[],
  { after, limit = PAGE }: { readonly after?: string | undefined; readonly limit?: number | undefined },
  rowsOf: (catalog: CatalogReader) => Iterable<Row>,
): Promise<Drawn<Row>> => {
  if (after !== undefined) return listings.next(after, limit);
  const found = await Promise.all(vaults.map((vault) => useCases.openCatalog(home, vault.id)));
  const catalogs = found.filter((catalog) => catalog !== null);
  return listings.begin(each(catalogs, rowsOf), limit, () => {
    for (const catalog of catalogs) catalog.close();
  });
};

function* each<Row>(
  catalogs: readonly CatalogReader[],
  rowsOf: (catalog: CatalogReader) => Iterable<Row>,
): Generator<Row> {
  for (const catalog of catalogs) yield* rowsOf(catalog);
}

/** The vault with sets of an object, whether or not this home still protects it. */
const vaultWith = async (parts: ConsoleParts, object: string): Promise<VaultInfo> => {
  const known = parts.store.objects.byName(object);
  if (known) return vaultOf(parts, known);
  for (const vault of parts.store.vaults.list()) {
    const sets = await withCatalog(parts, vault, [], (catalog) => catalog.sets(object));
    if (sets.length > 0) return vault;
  }
  return vaultOf(parts, objectNamed(parts, object));
};

const noPattern = (): ColdframeError =>
  new ColdframeError('USAGE', {
    message: 'The pattern to look for is empty.',
    guidance: "Give a part of a name or a pattern such as '*.odt'.",
  });
