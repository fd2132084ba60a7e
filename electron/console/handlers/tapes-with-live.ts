import { statSync } from 'node:fs';
import type { TapeView } from '../../../shared/contract/tapes.ts';
import { catalogFile } from '../catalog-place.ts';
import type { CatalogReader, VaultInfo } from '../use-cases.ts';
import { withCatalog } from './lookups.ts';
import type { ConsoleParts } from './parts.ts';

type Live = ReturnType<CatalogReader['liveOnTapes']>;

/** What was found in a catalog last, by its file. Screens ask every few seconds, and it takes a look at every chunk. */
const found = new Map<string, { readonly stamp: string; readonly live: Live }>();

/** Tapes with how much of each is still needed, and how many chunks of it are damaged, as this home knows it. */
export const withLive = async (
  parts: ConsoleParts,
  vault: VaultInfo,
  tapes: readonly TapeView[],
): Promise<TapeView[]> => {
  const file = catalogFile(parts.home, vault.id);
  const stamp = `${stampOf(file)} ${stampOf(`${file}-wal`)}`;
  const known = found.get(file);
  const live =
    known?.stamp === stamp
      ? known.live
      : await withCatalog<Live | null>(parts, vault, null, (catalog) => catalog.liveOnTapes());
  if (live !== null) found.set(file, { stamp, live });
  const damaged = Map.groupBy(await parts.useCases.knownDamage(parts.home, vault.id), ({ tape }) => tape);
  return tapes.map((tape) => ({
    ...tape,
    bytesLive: live === null ? null : (live.get(tape.id)?.bytes ?? 0),
    damagedChunks: new Set(damaged.get(tape.id)?.map(({ set, sequence }) => `${set} ${sequence}`)).size,
  }));
};

const stampOf = (file: string): string => {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? '' : `${found.ino} ${found.size} ${found.mtimeMs}`;
};
