import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import type { TapeId } from '../../../shared/units.ts';
import * as catalog from '../../engine/catalog/index.ts';

/** Tells a place on a tape from every other one there. */
export const placeKey = ({ set, sequence, offset }: ChunkPlace): string => `${set} ${sequence} ${offset}`;

/** What a catalog lists on a tape and is not among the chunks that were found there whole. */
export const listedBut = (store: catalog.Catalog, volume: TapeId, found: readonly ChunkPlace[]): ChunkPlace[] => {
  const there = new Set(found.map(placeKey));
  return [...catalog.chunksOn(store, volume)].filter((place) => !there.has(placeKey(place)));
};
