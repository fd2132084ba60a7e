import { ColdframeError } from '../../../shared/errors.ts';
import { type TapeId, tapeId } from '../../../shared/units.ts';
import { type Catalog, lastChunkOn } from '../../engine/catalog/index.ts';
import type { VaultKeys } from '../../engine/tape/keys.ts';
import { TapeReader } from '../../engine/tape/tape-reader.ts';
import type { Vault } from '../../engine/tape/vault.ts';
import { tapesAtHand } from '../tapes-at-hand.ts';

/**
 * Those of the tapes that no longer hold what the catalog says: gone, cut, damaged, or put back from an older copy. What
 * lies on them must not count as known content. Looks at one chunk a tape, the last, which is behind all others.
 */
export const lostTapes = (
  vault: Vault,
  keys: VaultKeys | null,
  catalog: Catalog,
  tapes: Iterable<string>,
): Set<string> => {
  const lost = new Set<string>();
  const atHand = new Set(tapesAtHand(vault));
  for (const tape of tapes) if (!atHand.has(tape) || isLost(vault, keys, catalog, tapeId(tape))) lost.add(tape);
  return lost;
};

const isLost = (vault: Vault, keys: VaultKeys | null, catalog: Catalog, tape: TapeId): boolean => {
  const place = lastChunkOn(catalog, tape);
  if (place === null) return false;
  try {
    const reader = TapeReader.open(vault.access(tape, keys));
    try {
      reader.readHeader(place);
    } finally {
      reader.close();
    }
    return false;
  } catch (error) {
    if (error instanceof ColdframeError) return true;
    throw error;
  }
};
