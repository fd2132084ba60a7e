import type { ChunkPlace } from '../../../shared/model/block-set.ts';

/** Which chunk it is, wherever it lies. */
export const keyOf = ({ set, sequence }: Pick<ChunkPlace, 'set' | 'sequence'>): string => `${set} ${sequence}`;
