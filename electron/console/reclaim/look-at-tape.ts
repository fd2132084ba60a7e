import { asColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary, ChunkPlace } from '../../../shared/model/block-set.ts';
import type { SetId, TapeId } from '../../../shared/units.ts';
import * as catalog from '../../engine/catalog/index.ts';
import { originalOf } from '../../engine/tape/copies.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';
import { isWholeByItsLooks } from '../library/losses.ts';
import { tapesAtHand } from '../tapes-at-hand.ts';
import type { OpenVault } from '../vault-session.ts';
import { keyOf } from './chunk-key.ts';
import type { TapeLook } from './plan.ts';
import { type TapeTold, toldByTape } from './told-by-tape.ts';

/** A chunk on a tape that is kept. */
export interface KeptChunk {
  readonly set: SetId;
  readonly sequence: number;
  readonly kind: ChunkPlace['kind'];
  readonly payloadBytes: number;
  /** Where it can be read, the tape itself first. */
  readonly places: readonly ChunkPlace[];
  /** Where it lies, too, as it would after it was moved: read back, that spares moving it. */
  readonly moved: readonly ChunkPlace[];
}

export interface LookedAt extends TapeLook {
  readonly chunks: readonly KeptChunk[];
}

export interface Surroundings {
  /** Tapes of this run: what lies on one of them does not count for another. */
  readonly sources: ReadonlySet<string>;
  readonly sets: ReadonlyMap<string, BlockSetSummary>;
  readonly isServed: (set: BlockSetSummary) => boolean;
  /** Whether the header of each chunk is read, too: before a tape is let go of, not for a plan. */
  readonly headers: boolean;
}

/**
 * What is kept of a tape, by the catalog and by the tape itself, and where else it lies. A tape is not to be let go of when it holds something of which the catalog
 * knows neither that it expired nor that it is kept: then it may be needed by somebody.
 */
export const lookAtTape = (vault: OpenVault, record: TapeRecord, around: Surroundings): LookedAt => {
  let told: TapeTold;
  try {
    told = toldByTape(vault.vault.access(record.volume, vault.keys), around.headers);
  } catch (thrown) {
    return notToBeRead(thrown);
  }
  return judgeTape(vault, record, around, told);
};

/** Of a tape that says nothing. */
export const notToBeRead = (thrown: unknown): LookedAt => stays('unreadable', asColdframeError(thrown).message);

/** The same of a tape of which is known what it told; null: it was not asked yet, for a plan, and counts as holding what the catalog lists. */
export const judgeTape = (
  vault: OpenVault,
  record: TapeRecord,
  around: Surroundings,
  told: TapeTold | null,
): LookedAt => {
  const store = vault.catalog;
  const here = new Map<string, ChunkPlace[]>();
  const add = (place: ChunkPlace): void => {
    const known = here.get(keyOf(place)) ?? [];
    if (!known.some(({ offset }) => offset === place.offset)) here.set(keyOf(place), [...known, place]);
  };
  for (const place of catalog.chunksOn(store, record.volume)) add(place);
  const listed = new Set(here.keys());
  const expired = new Map<string, boolean>();
  const isExpired = (set: string): boolean => {
    const known = expired.get(set) ?? catalog.isExpired(store, set);
    expired.set(set, known);
    return known;
  };
  let unknown = told === null ? 0 : Math.max(0, record.chunks - told.places.length);
  for (const place of told?.places ?? []) {
    if (isExpired(place.set)) continue;
    if (listed.has(keyOf(place)) || elsewhere(store, place).length > 0) add(place);
    else unknown += 1;
  }
  if (typeof told?.damage === 'string') return stays('unreadable', told.damage);
  const chunks = keptOn(vault, here, record.volume, around);
  if (chunks.some(({ set }) => !around.sets.has(set)))
    return stays('unlisted', 'It has chunks of block sets that the catalog knows only by name.');
  if (unknown > 0) return stays('unlisted', `The catalog of this home does not know ${unknown} of the chunks on it.`);
  const served = chunks.map(({ set }) => around.sets.get(set)).find((set) => set !== undefined && around.isServed(set));
  if (served !== undefined) return stays('served', `Set ${served.id.slice(0, 8)} of ${served.object.name} is served.`);
  const damaged = catalog.DamagedChunks.of(vault.catalogFile);
  const lost = chunks.filter(({ places }) => places.every((place) => damaged.lists(place)));
  const moving = chunks.filter(({ moved }) => moved.length === 0).map(({ payloadBytes }) => payloadBytes);
  if (lost.length > 0)
    return {
      chunks,
      moving,
      obstacle: 'damaged-chunks',
      detail: `${lost.length === 1 ? 'A chunk' : `${lost.length} chunks`} on it lie nowhere undamaged: chunk ${lost[0]?.sequence} of set ${lost[0]?.set.slice(0, 8)} first.`,
    };
  return { chunks, moving, obstacle: null, detail: '' };
};

const stays = (obstacle: NonNullable<TapeLook['obstacle']>, detail: string): LookedAt => ({
  chunks: [],
  moving: [],
  obstacle,
  detail,
});

const elsewhere = (store: catalog.Catalog, { set, sequence, tape }: ChunkPlace): ChunkPlace[] =>
  [...catalog.chunkPlaces(store, set, [sequence])].filter((place) => place.tape !== tape);

const keptOn = (
  vault: OpenVault,
  here: ReadonlyMap<string, readonly ChunkPlace[]>,
  volume: TapeId,
  { sources }: Surroundings,
): KeptChunk[] => {
  const { library } = vault.vault;
  const damaged = catalog.DamagedChunks.of(vault.catalogFile);
  const atHand = new Set(tapesAtHand(vault.vault));
  const isReal = library.state.settings.changer !== undefined;
  const counts = new Map<string, boolean>();
  /** Whether a tape is one that chunks could have been moved to: copies, which are taken away, are further ones. */
  const isHome = (tape: TapeId): boolean => {
    const known = counts.get(tape);
    if (known !== undefined) return known;
    const record = library.state.tapes.find((each) => each.volume === tape);
    const good =
      record !== undefined &&
      record.pool === 'data' &&
      originalOf(library.state, record) === null &&
      record.expiredAt === null &&
      record.state !== 'retired' &&
      !sources.has(tape) &&
      // Nobody can look at a tape of a changer without a drive: what lies there is read before anything is let go of.
      (isReal ? record.state !== 'damaged' : isWholeByItsLooks(vault, record));
    counts.set(tape, good);
    return good;
  };
  return [...here.values()].map((places) => {
    const [first] = places as [ChunkPlace, ...ChunkPlace[]];
    const others = elsewhere(vault.catalog, first).filter(({ tape }) => tape !== volume && atHand.has(tape));
    const { set, sequence, kind, payloadBytes } = first;
    return {
      set,
      sequence,
      kind,
      payloadBytes,
      places: [...places, ...others],
      moved: others.filter((place) => isHome(place.tape) && !damaged.lists(place)),
    };
  });
};
