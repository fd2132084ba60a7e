import type { CatalogObject, VaultInfo } from '../use-cases.ts';
import { withCatalog } from './lookups.ts';
import type { ConsoleParts } from './parts.ts';

const LONGEST_NAME = 128;

/**
 * Gives this home the logical objects that a vault has sets of and it does not know. One whose name is taken gets that of
 * its vault beside its own. Returns their names here.
 */
export const takeInObjects = async (parts: ConsoleParts, vault: VaultInfo): Promise<string[]> => {
  const taken: string[] = [];
  const { objects } = parts.store;
  const known = new Set(objects.list().map(({ id }) => id));
  for (const { id, name, selection, since } of await withCatalog(parts, vault, [], (catalog) => catalog.objects())) {
    if (known.has(id) || selection === null) continue;
    const { id: vaultId } = vault;
    const free = freeName(parts, name, vault);
    const { volumes = [] } = selection;
    const kind = volumes.length > 0 ? 'volumes' : 'files';
    objects.add({ id, name: free, kind, vault: vaultId, selection, volumes, createdAt: since });
    taken.push(free);
  }
  return taken;
};

const freeName = ({ store }: ConsoleParts, name: CatalogObject['name'], vault: VaultInfo): string => {
  const taken = (candidate: string): boolean => store.objects.byName(candidate) !== null;
  if (!taken(name)) return name;
  const beside = `${name} (${vault.name.replace(/[@/]/g, '-')})`.slice(0, LONGEST_NAME);
  for (let number = 2, candidate = beside; ; number += 1) {
    if (!taken(candidate)) return candidate;
    candidate = `${beside.slice(0, LONGEST_NAME - 6)} ${number}`;
  }
};
