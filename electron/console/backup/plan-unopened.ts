import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CatalogWriterClient, openCatalog, sets } from '../../engine/catalog/index.ts';
import { inspectVault } from '../../engine/tape/vault.ts';
import { roomToWrite } from '../../engine/tape/writable-tapes.ts';
import { randomId } from '../../platform/ids.ts';
import { catalogFile } from '../catalog-place.ts';
import { homeLayout } from '../home/directory.ts';
import type { UseCases } from '../use-cases.ts';
import { CatalogLook } from './catalog-look.ts';
import { planBackup } from './plan-backup.ts';

/** Plans a backup to a vault that nobody opened: by the catalog of the home and by the library, neither of which needs a key. Reads no tape. */
export const planUnopened: UseCases['planUnopened'] = async (home, { id, dir }, object, options, job, volumes) => {
  const state = inspectVault(dir);
  const file = catalogFile(home, id);
  if (!existsSync(file)) {
    // Nothing was backed up from here yet: the scan compares with an empty one.
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    await (await CatalogWriterClient.open(file)).close();
  }
  const catalog = openCatalog(file, { readOnly: true });
  try {
    const session = {
      catalogFile: file,
      drives: { count: state.drives.length },
      ownFolders: [home, dir],
      findings: [],
      dir,
      setsOf: (of: string) => sets(catalog, of),
      lookAtSets: () => new CatalogLook(catalog, dir, state),
      writableRoom: () => roomToWrite(state, Date.now()),
    };
    return await planBackup(session, object, options, job, join(homeLayout(home).jobs, randomId()), volumes ?? null);
  } finally {
    catalog.close();
  }
};
