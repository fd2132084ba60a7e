import { type ByteString, displayText } from '../../../shared/byte-string.ts';
import { setId } from '../../../shared/units.ts';
import { chunkPlaces, DamagedChunks } from '../../engine/catalog/index.ts';
import { namesInThread } from '../../engine/restore/index.ts';
import { tapesAtHand } from '../tapes-at-hand.ts';
import type { RestoreResult } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import type { JobSwitch } from './job-switch.ts';

/**
 * The chunks of which every place at hand was found damaged, and what of a set lies in them: of these elements, all where no `roots` are
 * named, something may not come back. Looks through the set only when there is such a chunk.
 */
export const knownDamageOf = async (
  vault: OpenVault,
  set: string,
  roots: readonly ByteString[],
  { control }: JobSwitch,
): Promise<RestoreResult['knownDamage']> => {
  const damaged = DamagedChunks.of(vault.catalogFile);
  if (!damaged.any) return [];
  const hopeless = withoutSoundPlace(vault, damaged);
  if (hopeless.size === 0) return [];
  const names = await namesInThread({
    catalog: vault.catalogFile,
    sets: [set],
    chunks: [...hopeless.keys()],
    control,
  });
  const wanted = roots.map((root) => displayText(root));
  const isWanted = (path: string): boolean =>
    wanted.length === 0 || wanted.some((root) => root === '/' || path === root || path.startsWith(`${root}/`));
  return [...hopeless]
    .map(([key, chunk]) => ({ ...chunk, elements: (names.get(key) ?? []).filter(isWanted).sort() }))
    .filter(({ elements }) => elements.length > 0);
};

/** By the key of a chunk one of its damaged places. That it may be whole on a tape that is away `wholeAway` tells. */
const withoutSoundPlace = (
  vault: OpenVault,
  damaged: DamagedChunks,
): ReadonlyMap<string, Pick<RestoreResult['knownDamage'][number], 'tape' | 'chunk' | 'set'>> => {
  const present = new Set(tapesAtHand(vault.vault));
  const found = new Map<string, { readonly tape: string; readonly chunk: number; readonly set: string }>();
  for (const [set, chunks] of Map.groupBy(damaged.chunks, (chunk) => chunk.set)) {
    const sound = new Set<number>();
    const sequences = new Set(chunks.map(({ sequence }) => sequence));
    for (const place of chunkPlaces(vault.catalog, setId(set), sequences))
      if (present.has(place.tape) && !damaged.lists(place)) sound.add(place.sequence);
    for (const { sequence, tape, kind } of chunks)
      if (kind === 'data' && !sound.has(sequence)) found.set(`${set} ${sequence}`, { tape, chunk: sequence, set });
  }
  return found;
};
