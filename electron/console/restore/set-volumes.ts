import type { ByteString } from '../../../shared/byte-string.ts';
import { byteStringFromText, joinBytes } from '../../../shared/byte-string.ts';
import { ColdframeError } from '../../../shared/errors.ts';
import type { SetId } from '../../../shared/units.ts';
import * as catalog from '../../engine/catalog/index.ts';
import { type SetVolumeSpec, unitCacheOfVolume } from '../../engine/restore/instant/set-volume.ts';
import { demandUnsealedTapes } from '../../engine/tape/demand-unsealed.ts';
import type { VaultKeys } from '../../engine/tape/keys.ts';
import { vaultUnsealed } from '../../engine/tape/library-errors.ts';
import type { LibraryState } from '../../engine/tape/library-state.ts';
import { withPlaces } from '../../engine/tape/own-places.ts';
import { placeOf } from '../../engine/tape/tape-shelf.ts';
import { unlockLibrary } from '../../engine/tape/unlock-library.ts';
import { inspectVault } from '../../engine/tape/vault.ts';
import { copyFile } from '../catalog-copy.ts';
import { catalogFile } from '../catalog-place.ts';
import { unprotectedOf } from '../unprotected-record.ts';
import type { SetVolume, VaultAccess } from '../use-cases.ts';

/**
 * The volumes of a set, to be read straight from the vault's tapes. Takes no lease and mounts nothing, so that nobody has to wait as long as
 * they are served: chunks lie where they are for good, and whatever is read is checked. Errors: NO_SUCH_VAULT, NO_SUCH_SET, SET_STATE,
 * PASSPHRASE_*, VAULT_DAMAGED, VAULT_UNSEALED, CATALOG_*, USAGE for a set of files.
 */
export const openSetVolumes = async (
  dir: string,
  access: VaultAccess,
  home: string,
  set: SetId,
): Promise<readonly SetVolume[]> => {
  const library = withPlaces(dir, inspectVault(dir));
  demandUnsealedTapes(dir, library);
  const { vault, settings } = library;
  if (!settings.sealed && catalog.isSealedCopy(copyFile({ folder: `${dir}/catalog` })))
    throw vaultUnsealed(dir, vault, 'the copy of its catalog is sealed');
  const { keys } = await unlockLibrary(dir, library, access.passphrase ?? access.recoveryCode ?? null);
  return volumesIn(dir, library, keys, home, set);
};

/** The volumes of a set in a vault that is unlocked. */
export const volumesIn = (
  dir: string,
  { vault, tapes }: LibraryState,
  keys: VaultKeys | null,
  home: string,
  set: SetId,
): SetVolume[] => {
  const file = catalogFile(home, vault.id);
  const shared = {
    kind: 'set',
    catalog: file,
    set,
    tapes: tapes.map((tape) => ({ tape: tape.volume, path: placeOf(dir, tape) })),
    keys: { vault: vault.id, vaultKey: keys?.exportKey() ?? null },
  } as const;
  return elementsOf(file, set).map(({ name, path, size, unprotected }) => ({
    name,
    unprotected,
    spec: { ...shared, path, size, cache: unitCacheOfVolume() } satisfies SetVolumeSpec,
  }));
};

/** The volumes that are in a set, by the names that they had. */
const elementsOf = (
  file: string,
  set: SetId,
): (Pick<SetVolume, 'name' | 'unprotected'> & { readonly path: ByteString; readonly size: number })[] => {
  const store = catalog.openCatalog(file, { readOnly: true });
  try {
    const { selection, source } = catalog.setDetail(store, set);
    const named = selection?.volumes ?? [];
    const known = new Map(named.map((name) => [joinBytes('/' as ByteString, byteStringFromText(name)), name]));
    if (known.size === 0) throw noVolumes(set);
    return [...catalog.elements(store, set)].flatMap(({ attributes: { path, size } }) => {
      const name = known.get(path);
      return name === undefined ? [] : [{ name, path, size, unprotected: unprotectedOf(source, path) }];
    });
  } finally {
    store.close();
  }
};

const noVolumes = (set: SetId): ColdframeError =>
  new ColdframeError('USAGE', {
    message: `The set ${set} is not of volumes: it cannot be served as a disk.`,
    guidance: 'Restore its files with: coldframe restore SET --to PLACE',
    context: { set },
  });
