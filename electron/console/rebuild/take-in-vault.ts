import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { openCopy, sets } from '../../engine/catalog/index.ts';
import { copyFile } from '../catalog-copy.ts';
import { catalogFile } from '../catalog-place.ts';
import type { JobControl, TakenIn, VaultAccess } from '../use-cases.ts';
import { isInUse, openVaultSession, withVaultAlone } from '../vault-session.ts';
import { FreshCatalog } from './fresh-catalog.ts';
import { type ReadTapes, readTapes } from './read-tapes.ts';
import { setsIn, undamaged } from './sound-catalog.ts';

/**
 * Gives this home the catalog of a vault: the one it has, else the vault's own copy, in either case with the sets that
 * the tapes have beyond it. Null when there is no sound catalog: then it takes a rebuild.
 * Throws NO_SUCH_VAULT, PASSPHRASE_* before anything is read, CATALOG_TOO_NEW, CANCELLED, IO.
 */
export const takeInVault = async (
  dir: string,
  access: VaultAccess,
  home: string,
  job: JobControl,
): Promise<TakenIn | null> => {
  if (isInUse(dir)) return await setsInUse(dir, access, home);
  return await withVaultAlone(
    dir,
    access,
    async (vault, keys) => {
      const file = catalogFile(home, vault.id);
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      const reading = { vault, keys, home };
      const known = setsIn(file);
      if (known) return takenIn(await readTapes({ ...reading, catalog: file }, job));
      using fresh = new FreshCatalog(file);
      undamaged(() => openCopy(copyFile({ folder: vault.catalogDir }), fresh.file, keys?.exportKey() ?? null));
      if (setsIn(fresh.file) === null) {
        return known === null ? null : takenIn(await readTapes({ ...reading, catalog: file }, job));
      }
      const found = await readTapes({ ...reading, catalog: fresh.file, passing: true }, job);
      fresh.place();
      return takenIn(found);
    },
    job,
  );
};

const takenIn = ({ sets: found, incompleteSets, warnings }: ReadTapes): TakenIn => ({
  sets: found,
  incompleteSets,
  warnings: [...warnings],
});

/** A vault that a job of this console works with has its catalog here, and it is up to date. */
const setsInUse = async (dir: string, access: VaultAccess, home: string): Promise<TakenIn> => {
  const session = await openVaultSession(dir, access, home);
  try {
    const known = sets(session.opened.catalog);
    const incompleteSets = known.filter(({ state }) => state === 'incomplete').length;
    return { sets: known.length, incompleteSets, warnings: [] };
  } finally {
    await session.close();
  }
};
