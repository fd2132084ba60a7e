import { byteStringFromText } from '../../../shared/byte-string.ts';
import type { OutputOf } from '../../../shared/contract/contract.ts';
import { Footings, type PlacedObject, sharedDisks } from '../overview/shared-disks.ts';
import { pathView } from '../paths.ts';
import type { StoredObject } from '../store/object-table.ts';
import type { VaultInfo } from '../use-cases.ts';
import { withCatalog } from './lookups.ts';
import type { ConsoleParts } from './parts.ts';

type Shared = OutputOf<'object.show'>['sharedDisk'];

/** What is known of an object, and of where its vault lies. */
export interface KnownObject {
  readonly object: StoredObject;
  readonly vault: VaultInfo;
  /** Whether the tapes are files in the folder of the vault, and that is here. */
  readonly onDisk: boolean;
  readonly good: boolean;
}

const footings = new Footings();

/** By id of object, what of it lies on the disk of its vault and is in no other vault. */
export const sharedDisksOf = async (known: readonly KnownObject[]): Promise<ReadonlyMap<string, Shared>> => {
  const placed = known
    .filter(({ object }) => object.kind === 'files')
    .map(
      ({ object, vault, onDisk, good }): PlacedObject => ({
        id: object.id,
        vault: onDisk ? byteStringFromText(vault.dir) : null,
        selection: object.selection,
        good,
      }),
    );
  const found = await sharedDisks(placed, footings);
  return new Map([...found].map(([id, roots]) => [id, roots.map(({ path, by }) => ({ ...pathView(path), by }))]));
};

/** The same of one object, with only those others looked at that take one of its roots, too. */
export const sharedDiskOf = async (parts: ConsoleParts, object: StoredObject): Promise<Shared> => {
  const roots = new Set(object.selection.roots.map(({ pathBase64 }) => pathBase64));
  const mine = parts.store.objects
    .list()
    .filter(({ selection }) => selection.roots.some(({ pathBase64 }) => roots.has(pathBase64)));
  const known = await Promise.all(mine.map((each) => knownOf(parts, each)));
  return (await sharedDisksOf(known.filter((each) => each !== null))).get(object.id) ?? [];
};

const knownOf = async (parts: ConsoleParts, object: StoredObject): Promise<KnownObject | null> => {
  const vault = parts.store.vaults.list().find(({ id }) => id === object.vault);
  if (!vault) return null;
  const onDisk = await parts.useCases.vaultSpace(vault.dir).then(
    ({ changer }) => !changer,
    () => false,
  );
  const good = await withCatalog(parts, vault, false, (catalog) => catalog.newestComplete(object.id) !== null).catch(
    () => false,
  );
  return { object, vault, onDisk, good };
};
