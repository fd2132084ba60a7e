import { ColdframeError } from '../../../shared/errors.ts';
import { bytesOfPath } from '../paths.ts';
import type { CatalogReader, VaultInfo } from '../use-cases.ts';
import type { Drawn } from './listings.ts';
import { objectNamed, setNamed, vaultOf, withCatalog } from './lookups.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';

const PAGE = 1000;

/** Serves the procedures that look into the catalog. */
export const browseHandlers = (parts: ConsoleParts): HandlersOf<'ls' | 'versions' | 'find' | 'diff'> => ({
  ls: async ({ set: name, path, recursive, after, limit }) => {
    const { set, vault } = await setNamed(parts, name);
    const options = { recursive: recursive ?? false };
    const { rows, next } = await draw(parts, [vault], { after, limit }, (catalog) =>
      catalog.list(set, path ? bytesOfPath(path) : null, options),
    );
    return { set, entries: rows, next, total: null };
  },

  versions: async ({ object, path }) => {
    const vault = await vaultWith(parts, object);
    const versions = await withCatalog(parts, vault, [], (catalog) => catalog.versions(object, bytesOfPath(path)));
    if (versions.length > 0) return { versions };
    throw new ColdframeError('NO_SUCH_PATH', {
      message: `No block set of ${object} has ${'path' in path ? path.path : 'this path'}.`,
      guidance: 'Look for it by name with: coldframe find PATTERN',
      context: { object },
    });
  },

  find: async ({ pattern, object, allVersions, after, limit }) => {
    const vaults = object === undefined ? parts.store.vaults.list() : [await vaultWith(parts, object)];
    const options = { object: object ?? null, allVersions: allVersions ?? false };
    const { rows, next } = await draw(parts, vaults, { after, limit }, (catalog) => catalog.find(pattern, options));
    return { entries: rows, next };
  },

  diff: async ({ from, to, path, after, limit }) => {
    const older = await setNamed(parts, from);
    const newer = await setNamed(parts, to);
    if (older.vault.id !== newer.vault.id) {
      throw new ColdframeError('USAGE', {
        message: `${from} and ${to} are in different vaults.`,
        guidance: 'Compare two block sets of one vault.',
      });
    }
    const { rows, next } = await draw(parts, [older.vault], { after, limit }, (catalog) =>
      catalog.diff(older.set, newer.set, path ? bytesOfPath(path) : null),
    );
    return { from: older.set, to: newer.set, changes: rows, next };
  },
});

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
