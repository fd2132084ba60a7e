import { existsSync } from 'node:fs';
import type { ByteString } from '../../shared/byte-string.ts';
import type { Entry } from '../../shared/contract/browse.ts';
import { ColdframeError } from '../../shared/errors.ts';
import { sourceOf } from '../../shared/model/selection.ts';
import { tapeId } from '../../shared/units.ts';
import * as catalog from '../engine/catalog/index.ts';
import { marksIn } from './catalog-copy.ts';
import { catalogFile, catalogFolder } from './catalog-place.ts';
import { changeView } from './change-view.ts';
import { entryView, type FoundElement } from './entry-view.ts';
import { pathOfBase64 } from './paths.ts';
import { unprotectedOf } from './unprotected-record.ts';
import type { CatalogObject, CatalogReader, Change, Hit, KnownDamage } from './use-cases.ts';

/** Opens a vault's catalog for reading; null when there is none yet. */
export const openCatalogReader = (home: string, vault: string): CatalogReader | null => {
  const file = catalogFile(home, vault);
  if (!existsSync(file)) return null;
  const store = catalog.openCatalog(file, { readOnly: true });
  return {
    objects: () => objectsOf(store),
    sets: (object) => catalog.sets(store, object ?? undefined).toReversed(),
    resolveSet: (name) => catalog.resolveSet(store, name).id,
    passedOver: (name) => catalog.passedOver(store, name),
    list: (set, path, options) =>
      path === null ? listRoots(store, set, options) : entries(catalog.list(store, set, path, options)),
    versions: (object, path) =>
      catalog.versions(store, object, path).map((version) => ({
        ...entryView(version),
        from: new Date(version.from).toISOString(),
        until: version.until === null ? null : new Date(version.until).toISOString(),
      })),
    chunksOf: (set, path) => chunksOf(store, set, path),
    find: (pattern, options) => hits(catalog.find(store, pattern, options)),
    chunksOn: (tape) => catalog.chunksOn(store, tapeId(tape)),
    liveOnTapes: () => catalog.liveOnTapes(store),
    diff: (from, to, path) => changes(catalog.diff(store, from, to, { path })),
    differences: (from, to) => differences(catalog.diff(store, from, to)),
    recentSets: (object, limit) => catalog.recentSets(store, object, limit),
    newestComplete: (object) => catalog.newestComplete(store, object) ?? null,
    damagedSets: () => catalog.damagedSets(store, catalog.DamagedChunks.of(file)),
    withThoseBelow: (set) => catalog.withThoseBelow(store, set),
    tapesAway: (set, away) => catalog.tapesAway(store, set, away),
    holdersAway: (tape, away, sets) => catalog.holdersAway(store, tape, away, sets),
    tapesAwayBySet: (away) => catalog.tapesAwayBySet(store, away),
    touched: (set) => catalog.touchedCount(store, set),
    growth: (since) => ({ ...catalog.setCounts(store), stored: catalog.storedSince(store, since) }),
    volumesOf: (set) => catalog.setDetail(store, set).selection?.volumes ?? [],
    sourceOf: (set, volume) => sourceOf(catalog.setDetail(store, set).selection ?? {}, volume),
    unprotectedOf: (set, path) => unprotectedOf(catalog.setDetail(store, set).source, path),
    resumedBy: (set) => catalog.resumedBy(store, set),
    close: () => store.close(),
  };
};

/** See `UseCases`. */
export const knownDamage = (home: string, vault: string): readonly KnownDamage[] =>
  catalog.DamagedChunks.of(catalogFile(home, vault)).chunks;

/** Whether a vault says of itself that it holds a set that the catalog of a home does not know, nor knows to have expired. */
export const hasUnknownSets = async (
  home: string,
  { id, dir }: { readonly id: string; readonly dir: string },
): Promise<boolean> => {
  const file = catalogFile(home, id);
  const { lastSet } = marksIn({ folder: catalogFolder(dir), catalogFile: file });
  if (lastSet === null || !(await liesAt(dir, id))) return false;
  if (!existsSync(file)) return true;
  const store = catalog.openCatalog(file, { readOnly: true });
  try {
    return !catalog.isKnown(store, lastSet) && !catalog.isExpired(store, lastSet);
  } finally {
    store.close();
  }
};

/** Whether that very vault is there: disks may take turns at one place. */
const liesAt = async (dir: string, id: string): Promise<boolean> => {
  const { inspectVault } = await import('../engine/tape/vault.ts');
  try {
    return inspectVault(dir).vault.id === id;
  } catch {
    return false;
  }
};

function* chunksOf(store: catalog.Catalog, set: string, path: ByteString): Generator<{ set: string; chunk: number }> {
  for (const record of catalog.elements(store, set, [path])) {
    yield* record.extents;
    if (record.partCount > 1) for (const part of catalog.parts(store, record.version)) yield* part.extents;
  }
}

const objectsOf = (store: catalog.Catalog): CatalogObject[] => {
  const found = new Map<string, CatalogObject>();
  for (const { id, object, createdAt } of catalog.sets(store)) {
    const before = found.get(object.id);
    const selection = catalog.setDetail(store, id).selection ?? before?.selection ?? null;
    found.set(object.id, { ...object, selection, since: before?.since ?? createdAt });
  }
  return [...found.values()];
};

/** Without a path: the roots that the set was made of, each with what is below it when that is wanted. */
function* listRoots(store: catalog.Catalog, set: string, options: { readonly recursive: boolean }): Generator<Entry> {
  const { roots = [], volumes = [] } = catalog.setDetail(store, set).selection ?? {};
  for (const pathBase64 of [...roots.map((root) => root.pathBase64), ...volumes.map(elementOfVolume)]) {
    const path = pathOfBase64(pathBase64);
    const root = entryAt(store, set, path);
    if (root) yield entryView(root);
    if (options.recursive && root?.type === 'dir') yield* entries(catalog.list(store, set, path, options));
  }
}

/** A root of the selection; null when it was not there when the set was made. */
const entryAt = (store: catalog.Catalog, set: string, path: ByteString): FoundElement | null => {
  try {
    return catalog.entry(store, set, path);
  } catch (error) {
    if (error instanceof ColdframeError && error.code === 'NO_SUCH_PATH') return null;
    throw error;
  }
};

function* entries(found: Iterable<FoundElement>): Generator<Entry> {
  for (const each of found) yield entryView(each);
}

function* hits(found: Iterable<catalog.FoundEntry>): Generator<Hit> {
  for (const each of found) {
    const { object, gone, last, lastAt, until } = each;
    const stood = { lastAt: new Date(lastAt).toISOString(), until: until && new Date(until).toISOString() };
    yield { ...entryView(each), object, gone, last, ...stood };
  }
}

function* changes(found: Iterable<catalog.Difference>): Generator<Change> {
  for (const each of found) yield changeView(each);
}

function* differences(
  found: Iterable<catalog.Difference>,
): Generator<Change & Pick<catalog.Difference, 'contentUnread'>> {
  for (const each of found) yield { ...changeView(each), contentUnread: each.contentUnread };
}

const elementOfVolume = (name: string): string => Buffer.from(`/${name}`).toString('base64');
