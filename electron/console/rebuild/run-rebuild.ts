import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { newestExpiry, newestSet, openCatalog, openCopy } from '../../engine/catalog/index.ts';
import type { VaultKeys } from '../../engine/tape/keys.ts';
import type { Vault } from '../../engine/tape/vault.ts';
import { type CatalogMarks, type CopyPlace, copyFile, marksIn, noteCopy } from '../catalog-copy.ts';
import { catalogFile } from '../catalog-place.ts';
import type { JobControl, RebuildResult, VaultAccess } from '../use-cases.ts';
import { infoOf, withVaultAlone } from '../vault-session.ts';
import { EarlierCatalogs } from './earlier-catalogs.ts';
import { FreshCatalog } from './fresh-catalog.ts';
import { readTapes } from './read-tapes.ts';
import { undamaged } from './sound-catalog.ts';

/**
 * Makes the catalog of a vault from its tapes alone, in whatever order they come. What tapes do not tell now, because
 * they are missing or damaged, is kept as it was known. The catalog in use stays until the new one takes its place. Throws NO_SUCH_VAULT, PASSPHRASE_*, CANCELLED, IO.
 */
export const runRebuild = async (
  dir: string,
  access: VaultAccess,
  home: string,
  job: JobControl,
): Promise<RebuildResult> => {
  const started = performance.now();
  return await withVaultAlone(
    dir,
    access,
    async (vault, keys) => {
      const file = catalogFile(home, vault.id);
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      using fresh = new FreshCatalog(file);
      using copied = new FreshCatalog(`${file}.earlier`);
      const earlier = earlierCatalogs({ folder: vault.catalogDir, catalogFile: file }, copied.file, keys);
      const finished = async (copy: (from: string, to: string) => Promise<void>): Promise<void> => {
        fresh.place();
        if (!vault.readOnly) await refreshCopy(vault, file, copy);
      };
      const reading = { vault, keys, home, catalog: fresh.file, passing: true, earlier, finished };
      const read = await readTapes(reading, job);
      const { warnings, ...counts } = read;
      const durationMs = Math.round(performance.now() - started);
      return { vault: infoOf(dir, vault.library.state), ...counts, durationMs, warnings: [...warnings] };
    },
    job,
  );
};

/**
 * What knew the vault before: the catalog in use, and the vault's copy, brought to `copied`, when another home wrote to
 * the vault since or there is no sound one in use.
 */
const earlierCatalogs = (place: CopyPlace, copied: string, keys: VaultKeys | null): string[] => {
  const { catalogFile: file } = place;
  if (existsSync(file) && knows(file, marksIn(place))) return [file];
  undamaged(() => openCopy(copyFile(place), copied, keys?.exportKey() ?? null));
  return [file, copied].filter((each) => existsSync(each));
};

/** Whether a catalog is as far as that of whoever used the vault last; false when nobody says how far that was. */
const knows = (file: string, { lastSet, expiry }: CatalogMarks): boolean => {
  using catalogs = new EarlierCatalogs([file]);
  const sets = [...catalogs.sets(), ...catalogs.expired()];
  return sets.some(({ id }) => id === lastSet) && (expiry === null || catalogs.runs().some(([run]) => run === expiry));
};

/** Brings the vault's copy up to date with a catalog that nobody has open to write. */
export const refreshCopy = async (
  vault: Vault,
  catalogFile: string,
  copy: (from: string, to: string) => Promise<void>,
): Promise<void> => {
  const place = { folder: vault.catalogDir, catalogFile };
  mkdirSync(place.folder, { recursive: true, mode: 0o700 });
  await copy(catalogFile, copyFile(place));
  noteCopy(place, marksOf(catalogFile));
};

const marksOf = (file: string): CatalogMarks => {
  const store = openCatalog(file, { readOnly: true });
  try {
    return { lastSet: newestSet(store), expiry: newestExpiry(store) };
  } finally {
    store.close();
  }
};
