import { ColdframeError } from '../../../shared/errors.ts';
import { bytesOfPath } from '../paths.ts';
import type { VaultInfo } from '../use-cases.ts';
import { objectNamed, setNamed, vaultOf, withCatalog } from './lookups.ts';
import type { ConsoleParts, HandlersOf } from './parts.ts';

const PAGE = 1000;

/** Serves the procedures that look into the catalog. */
export const browseHandlers = (parts: ConsoleParts): HandlersOf<'ls' | 'versions' | 'find' | 'diff'> => ({
  ls: async ({ set: name, path, recursive, after, limit }) => {
    const { set, vault } = await setNamed(parts, name);
    const options = { recursive: recursive ?? false, after: after ?? null, limit: limit ?? PAGE };
    const listing = await withCatalog(parts, vault, NOTHING, (catalog) =>
      catalog.list(set, path ? bytesOfPath(path) : null, options),
    );
    return { set, ...listing };
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
    const options = { object: object ?? null, allVersions: allVersions ?? false, limit: limit ?? PAGE };
    return await findIn(parts, vaults, pattern, options, after);
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
    const none = { changes: [], next: null };
    const differences = await withCatalog(parts, older.vault, none, (catalog) =>
      catalog.diff(older.set, newer.set, path ? bytesOfPath(path) : null, {
        after: after ?? null,
        limit: limit ?? PAGE,
      }),
    );
    return { from: older.set, to: newer.set, ...differences };
  },
});

const NOTHING = { entries: [], next: null };

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

/** Goes through the vaults one after the other; the cursor says in which one the next page begins. */
const findIn = async (
  parts: ConsoleParts,
  vaults: readonly VaultInfo[],
  pattern: string,
  options: { object: string | null; allVersions: boolean; limit: number },
  after: string | undefined,
) => {
  const cursor = after === undefined ? null : (JSON.parse(after) as { vault: string; after: string | null });
  const first = cursor ? vaults.findIndex(({ id }) => id === cursor.vault) : 0;
  for (const [place, vault] of vaults.entries()) {
    if (place < first) continue;
    const from = place === first ? (cursor?.after ?? null) : null;
    const { entries, next } = await withCatalog(parts, vault, NOTHING, (catalog) =>
      catalog.find(pattern, { ...options, after: from }),
    );
    const following = vaults[place + 1];
    const goesOn = next === null ? following && { vault: following.id, after: null } : { vault: vault.id, after: next };
    if (entries.length > 0 || !following) return { entries, next: goesOn ? JSON.stringify(goesOn) : null };
  }
  return NOTHING;
};
