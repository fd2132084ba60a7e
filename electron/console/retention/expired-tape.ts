import { ColdframeError } from '../../../shared/errors.ts';
import { type Catalog, chunkCountOn, isExpired } from '../../engine/catalog/index.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';
import { type ReadAccess, TapeReader } from '../../engine/tape/tape-reader.ts';

/** Whether a tape is of those that retention may mark: in use for data or for a copy, and not marked yet. */
export const mayExpire = ({ state, pool, expiredAt }: TapeRecord): boolean =>
  (state === 'full' || state === 'filling') && pool !== 'scratch' && expiredAt === null;

/**
 * Whether nothing lies on a tape but chunks of sets that expired. The catalog has to have none of its chunks, and the tape itself has to say
 * of each that it is of a set that is known to have expired, by its directory or, with `headers`, chunk by chunk. A tape of which
 * that is not certain (damage, chunks of a set that nobody knows, fewer chunks than were written) is not one.
 */
export const holdsOnlyExpired = (
  catalog: Catalog,
  access: ReadAccess,
  { volume, chunks }: Pick<TapeRecord, 'volume' | 'chunks'>,
  headers: boolean,
): boolean => {
  if (chunkCountOn(catalog, volume) > 0) return false;
  try {
    const tape = TapeReader.open(access);
    try {
      return tape.frontDamage === null && everyChunkExpired(tape, catalog, chunks, headers);
    } finally {
      tape.close();
    }
  } catch (thrown) {
    if (thrown instanceof ColdframeError) return false;
    throw thrown;
  }
};

const everyChunkExpired = (tape: TapeReader, catalog: Catalog, expected: number, headers: boolean): boolean => {
  const known = new Set<string>();
  let found = 0;
  for (const finding of tape.scan({ headers })) {
    if (finding.kind === 'damage') return false;
    const { set } = finding.place;
    if (!known.has(set) && !isExpired(catalog, set)) return false;
    known.add(set);
    found += 1;
  }
  return found > 0 && found >= expected;
};
