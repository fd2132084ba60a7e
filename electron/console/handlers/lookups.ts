import { realpathSync } from 'node:fs';
import type { Secrets } from '../../../shared/contract/calls.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { SetId } from '../../../shared/units.ts';
import type { StoredObject } from '../store/object-table.ts';
import type { CatalogReader, JobControl, VaultInfo, VaultSession } from '../use-cases.ts';
import { noSuchSet } from './no-such-set.ts';
import type { ConsoleParts } from './parts.ts';

/** A folder by its real name, so that one vault has one name; as given when it is not there. */
export const realDir = (dir: string): string => {
  try {
    return realpathSync(dir);
  } catch {
    return dir;
  }
};

/** The vault at a folder, which this home has to know. */
export const vaultAt = ({ store }: ConsoleParts, dir: string): VaultInfo => {
  // By its real name it is found without a look at a disk that may not answer.
  const vault = store.vaults.byDir(dir) ?? store.vaults.byDir(realDir(dir));
  if (vault) return vault;
  throw new ColdframeError('NO_SUCH_VAULT', {
    message: `This home knows no vault at ${dir}.`,
    guidance: `If there is one, take it in with: coldframe vault open ${dir}. Else create it with: coldframe vault create ${dir}`,
    context: { dir },
  });
};

/** A logical object by name. */
export const objectNamed = ({ store }: ConsoleParts, name: string): StoredObject => {
  const object = store.objects.byName(name);
  if (object) return object;
  throw new ColdframeError('NO_SUCH_OBJECT', {
    message: `There is no logical object named ${name}.`,
    guidance: 'List them with: coldframe object list',
    context: { object: name },
  });
};

/** The vault that an object is kept in. */
export const vaultOf = ({ store }: ConsoleParts, object: StoredObject): VaultInfo => {
  const vault = store.vaults.byId(object.vault);
  if (!vault) throw new Error(`object ${object.name} names vault ${object.vault}, which is not in the store`);
  return vault;
};

/** Refuses work on a sealed vault before anything is queued, when no secret came with the call. */
export const requireAccess = (vault: VaultInfo, { passphrase, recoveryCode }: Secrets, otherwise = ''): void => {
  if (!vault.sealed || passphrase !== undefined || recoveryCode !== undefined) return;
  throw new ColdframeError('PASSPHRASE_MISSING', {
    message: `The vault at ${vault.dir} is sealed and needs its passphrase.`,
    guidance: `Give it with --passphrase-file or COLDFRAME_PASSPHRASE_FILE, or run the command on a terminal to be asked.${otherwise}`,
    context: { vault: vault.dir },
  });
};

/**
 * The secrets that a reader gives a vault: none to one that never was sealed as long as this home knows it, so that a home with
 * vaults of both kinds can be read with one passphrase at hand. Who writes is told that a secret is of no use.
 */
export const secretsToRead = ({ sealed }: VaultInfo, secrets: Secrets): Secrets => (sealed ? secrets : {});

/** Carries out work of a kind while what it needs first comes to life. */
export const prepared = async <Result>(
  { useCases }: ConsoleParts,
  kind: Parameters<ConsoleParts['useCases']['prepare']>[0],
  work: () => Promise<Result>,
): Promise<Result> => {
  const ready = await useCases.prepare(kind);
  try {
    return await work();
  } finally {
    await ready.end();
  }
};

/** Opens a vault for the time of some work. */
export const withSession = async <Result>(
  { useCases, home }: ConsoleParts,
  vault: VaultInfo,
  secrets: Secrets,
  work: (session: VaultSession) => Promise<Result>,
  job?: JobControl,
): Promise<Result> => {
  const there = await useCases.inspectVault(vault.dir);
  demandSame(vault, there);
  await demandStillSealed(vault, there);
  const session = await useCases.openVaultSession(vault.dir, secrets, home, job);
  try {
    demandSame(vault, session.info);
    await demandStillSealed(vault, session.info);
    return await work(session);
  } finally {
    await session.close();
  }
};

/** Refuses a folder in which another vault lies than the one that this home knows there. */
const demandSame = (known: VaultInfo, found: VaultInfo): void => {
  if (known.id === found.id) return;
  throw new ColdframeError('NO_SUCH_VAULT', {
    message: `At ${known.dir} lies another vault now: ${found.name} (${found.id}), not ${known.name} (${known.id}).`,
    guidance: `Put the vault back (another disk may be mounted there), or tell this home where it is now with: coldframe vault open ${known.dir}`,
    context: { dir: known.dir, known: known.id, found: found.id },
  });
};

/** Refuses a vault that this home knows as sealed and that says now that it is not. Throws VAULT_UNSEALED. */
export const demandStillSealed = async (known: VaultInfo | null, found: VaultInfo): Promise<void> => {
  if (!known?.sealed || known.id !== found.id || found.sealed) return;
  const { vaultUnsealed } = await import('../../engine/tape/library-errors.ts');
  throw vaultUnsealed(found.dir, found, 'this home knows it as sealed');
};

/** A vault whose library may be changed: it is still what this home knows it as. */
export const writable = async ({ useCases }: ConsoleParts, vault: VaultInfo): Promise<VaultInfo> => {
  await demandStillSealed(vault, await useCases.inspectVault(vault.dir));
  return vault;
};

/** Reads a vault's catalog; `missing` when nothing was ever backed up to it. */
export const withCatalog = async <Result>(
  { useCases, home }: ConsoleParts,
  vault: VaultInfo,
  missing: Result,
  read: (catalog: CatalogReader) => Result,
): Promise<Result> => {
  const catalog = await useCases.openCatalog(home, vault.id);
  try {
    // One that was lost, or began anew, knows nothing of what is there: nobody is told that there are no backups.
    if ((catalog === null || catalog.growth(0).sets === 0) && (await useCases.hasUnknownSets(home, vault)))
      throw catalogLost(vault);
    return catalog === null ? missing : read(catalog);
  } finally {
    catalog?.close();
  }
};

const catalogLost = ({ dir }: VaultInfo): ColdframeError =>
  new ColdframeError('CATALOG_BEHIND', {
    message: `The catalog of this home knows no block set in the vault ${dir}, which holds some: it was lost, or is from before them.`,
    guidance: `Nothing on tape is affected. Bring it back with: coldframe vault rebuild ${dir}`,
    context: { vault: dir },
  });

/** The one set that a name means, and the vault that holds it. */
export const setNamed = async (parts: ConsoleParts, name: string): Promise<{ set: SetId; vault: VaultInfo }> => {
  const found: { set: SetId; vault: VaultInfo }[] = [];
  for (const vault of vaultsFor(parts, name)) {
    const set = await withCatalog(parts, vault, null, (catalog) => resolved(catalog, nameInCatalog(parts, name)));
    if (set !== null) found.push({ set, vault });
  }
  const [only, another] = found;
  if (!only) throw noSuchSet(parts, name, await incompleteSets(parts, name));
  if (!another) return only;
  throw new ColdframeError('SET_AMBIGUOUS', {
    message: `${name} means block sets in more than one vault.`,
    guidance: 'Give more digits of its id.',
    context: { set: name },
  });
};

/** How many sets of the object that a name begins with are there in part. */
const incompleteSets = async (parts: ConsoleParts, name: string): Promise<number> => {
  const object = parts.store.objects.byName(name.replace(/@.*$/, ''));
  if (object === null) return 0;
  return await withCatalog(
    parts,
    vaultOf(parts, object),
    0,
    (catalog) => catalog.sets(object.id).filter(({ state }) => state === 'incomplete').length,
  );
};

/** The set of a name in one catalog; null when there is none. */
const resolved = (catalog: CatalogReader, name: string): SetId | null => {
  try {
    return catalog.resolveSet(name);
  } catch (error) {
    if (error instanceof ColdframeError && error.code === 'NO_SUCH_SET') return null;
    throw error;
  }
};

/**
 * A name, with a time or without one, as catalogs are asked for it: an object that this home knows by its id. Another home may have
 * one of the same name in the same vault, and what that backed up is something else.
 */
export const nameInCatalog = (parts: ConsoleParts, name: string): string => {
  const object = name.replace(/@.*$/, '');
  return (parts.store.objects.byName(object)?.id ?? object) + name.slice(object.length);
};

/** The vaults in which a set of this name can be: that of the object it begins with, else all. */
const vaultsFor = (parts: ConsoleParts, name: string): VaultInfo[] => {
  const object = parts.store.objects.byName(name.replace(/@.*$/, ''));
  return object ? [vaultOf(parts, object)] : parts.store.vaults.list();
};
