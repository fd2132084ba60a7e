import path from 'node:path';
import type { BlockSetSummary } from '../../../shared/model/block-set.ts';
import { vaultId } from '../../../shared/units.ts';
import { chunkPlaces, elements, openCatalog, parts, sets } from '../../engine/catalog/index.ts';
import { TapeReader } from '../../engine/tape/tape-reader.ts';
import { catalogFile } from '../catalog-place.ts';
import { engineUseCases as useCases } from '../wiring.ts';

type Store = ReturnType<typeof openCatalog>;

/** Everything that the catalog of a home says of a vault, in a form that can be compared. */
export const catalogContent = async (home: string, vault: string): Promise<Record<string, unknown>> =>
  await withCatalog(home, vault, (store) =>
    Object.fromEntries(sets(store).map((set) => [set.id, describeSet(store, set)])),
  );

/**
 * Reads every chunk that the catalog of a home lists, those of interrupted sets too, as a verification does, but without
 * threads of its own; gives how many there are. Errors: TAPE_DAMAGED for one that is not there as it was written. Not
 * for sealed vaults.
 */
export const readListedChunks = async (home: string, vault: string): Promise<number> =>
  await withCatalog(home, vault, (store, id) => {
    let count = 0;
    for (const set of sets(store)) {
      for (const place of chunkPlaces(store, set.id)) {
        const file = path.join(vault, 'tapes', `${place.tape}L8.tap`);
        const tape = TapeReader.open({ path: file, vault: vaultId(id), volume: place.tape, vaultKey: null });
        try {
          tape.readChunkPayload(place, Buffer.alloc(place.payloadBytes));
        } finally {
          tape.close();
        }
        count += 1;
      }
    }
    return count;
  });

const withCatalog = async <Result>(
  home: string,
  vault: string,
  read: (store: Store, id: string) => Result,
): Promise<Result> => {
  const { id } = await useCases.inspectVault(vault);
  const store = openCatalog(catalogFile(home, id), { readOnly: true });
  try {
    return read(store, id);
  } finally {
    store.close();
  }
};

/** All of a set but the times that the catalog alone knows. */
const describeSet = (store: Store, set: BlockSetSummary): unknown => {
  const { finishedAt: _, durationMs: __, ...facts } = set;
  const listed = set.state === 'interrupted' || set.finishedAt === null ? [] : [...elements(store, set.id)];
  return {
    facts: { ...facts, tapes: [...facts.tapes].sort() },
    chunks: [...chunkPlaces(store, set.id)],
    elements: listed.map(({ version, ...element }) => ({ ...element, parts: [...parts(store, version)] })),
  };
};
