import { ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary, Warning } from '../../../shared/model/block-set.ts';
import { type SetId, type TapeId, tapeId } from '../../../shared/units.ts';
import { type Catalog, chunkPlaces, lastChunkOfSet, resumedBy } from '../../engine/catalog/index.ts';
import type { VaultKeys } from '../../engine/tape/keys.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';
import { TapeReader } from '../../engine/tape/tape-reader.ts';
import { damagedBefore } from '../../engine/tape/tape-record.ts';
import type { Vault } from '../../engine/tape/vault.ts';
import { tapesAtHand } from '../tapes-at-hand.ts';
import type { ChosenLevel, Soundness } from './choose-level.ts';

/** The tapes that no longer hold what a set has on them. */
export interface LostSet {
  readonly tapes: readonly TapeId[];
  /**
   * A tape is the right one, and ends before what the set has on it, holds something else there, or is damaged there: then nobody can
   * bring it back. Else the tape may be away for a while.
   */
  readonly forGood: boolean;
  /** Those of the tapes that are damaged, and of which nobody knows whether what the set has on them still is right. */
  readonly doubted: readonly TapeId[];
}

type OnTape = Pick<LostSet, 'forGood'> & { readonly tape: TapeId; readonly doubted: boolean };

/**
 * Looks whether tapes still hold what sets have on them: a tape may be gone, cut, damaged, or put back from an older copy.
 * Reads the header of one chunk a set and tape, the last, which is behind all its others; that another set's chunk behind
 * it is sound says nothing, because a tape that was put back is appended to. Of a tape that is damaged at its beginning, or was found
 * damaged in use, that header is not enough: all of it has to have been read and found right since. Each set is looked at once, when it is asked
 * for. Close it.
 */
export class SetLook implements Soundness {
  readonly #vault: Vault;
  readonly #keys: VaultKeys | null;
  readonly #catalog: Catalog;
  readonly #atHand: ReadonlySet<string>;
  readonly #records: ReadonlyMap<string, TapeRecord>;
  readonly #inChanger: boolean;
  readonly #readers = new Map<TapeId, TapeReader | null>();
  readonly #found = new Map<SetId, LostSet | null>();

  constructor(vault: Vault, keys: VaultKeys | null, catalog: Catalog) {
    this.#vault = vault;
    this.#keys = keys;
    this.#catalog = catalog;
    this.#atHand = new Set(tapesAtHand(vault));
    const { settings, tapes } = vault.library.state;
    this.#records = new Map(tapes.map((record) => [record.volume, record]));
    this.#inChanger = settings.changer !== undefined;
  }

  readonly resumedBy = (set: SetId): readonly SetId[] | null => resumedBy(this.#catalog, set);

  readonly isLost = ({ id, tapes }: Pick<BlockSetSummary, 'id' | 'tapes'>): boolean => {
    const known = this.#found.get(id);
    if (known !== undefined) return known !== null;
    const lost = tapes.map((tape) => this.#onTape(id, tapeId(tape))).filter((one) => one !== null);
    const found =
      lost.length === 0 || this.#isElsewhere(id, lost)
        ? null
        : {
            tapes: lost.map(({ tape }) => tape),
            forGood: lost.some(({ forGood }) => forGood),
            doubted: lost.filter(({ doubted }) => doubted).map(({ tape }) => tape),
          };
    this.#found.set(id, found);
    return found !== null;
  };

  /** Those found lost so far, of those that were asked for. */
  get lost(): ReadonlyMap<SetId, LostSet> {
    return new Map([...this.#found].flatMap(([id, found]) => (found === null ? [] : [[id, found] as const])));
  }

  /** Volume ids of the tapes that are here. */
  get atHand(): readonly string[] {
    return [...this.#atHand];
  }

  close(): void {
    for (const reader of this.#readers.values()) reader?.close();
    this.#readers.clear();
  }

  /** Whether every chunk of a set lies on a tape that holds what the set has there: then copies make up for what is lost. */
  #isElsewhere(set: SetId, lost: readonly { readonly tape: TapeId }[]): boolean {
    const gone = new Set(lost.map(({ tape }) => tape));
    const places = [...chunkPlaces(this.#catalog, set)];
    const others = new Set(places.map(({ tape }) => tape).filter((tape) => !gone.has(tape)));
    const sound = new Set([...others].filter((tape) => this.#atHand.has(tape) && this.#onTape(set, tape) === null));
    const there = new Set(places.filter(({ tape }) => sound.has(tape)).map(({ sequence }) => sequence));
    return places.length > 0 && places.every(({ sequence }) => there.has(sequence));
  }

  /** Null when the tape holds what the set has on it. */
  #onTape(set: SetId, tape: TapeId): OnTape | null {
    // Tapes of a changer are not fetched to be looked at: of what the library does not call damaged the catalog is trusted.
    const reader = this.#inChanger ? null : this.#reader(tape);
    if (reader === null && !this.#inChanger) return { tape, forGood: false, doubted: false };
    const place = lastChunkOfSet(this.#catalog, set, tape);
    if (place === null) return null;
    try {
      reader?.readHeader(place);
    } catch (error) {
      if (!(error instanceof ColdframeError)) throw error;
      return { tape, forGood: error.kind === 'damaged', doubted: false };
    }
    return this.#isDoubted(tape, reader) ? { tape, forGood: false, doubted: true } : null;
  }

  /**
   * Whether a tape is damaged and was not read through and found right since; damage that is noted makes the library forget when it was.
   * Of one that is only too short, what lies before its end is as it was.
   */
  #isDoubted(tape: TapeId, reader: TapeReader | null): boolean {
    const record = this.#records.get(tape);
    const hasDamagedFront = reader !== null && reader.frontDamage !== null;
    if (record?.state !== 'damaged') return hasDamagedFront;
    return (reader === null || hasDamagedFront || damagedBefore(record)) && typeof record.readRightAt !== 'number';
  }

  /** Null when the tape is not there, or is no tape any more. */
  #reader(tape: TapeId): TapeReader | null {
    const known = this.#readers.get(tape);
    if (known !== undefined) return known;
    const reader = this.#atHand.has(tape) ? this.#open(tape) : null;
    this.#readers.set(tape, reader);
    return reader;
  }

  #open(tape: TapeId): TapeReader | null {
    try {
      return TapeReader.open(this.#vault.access(tape, this.#keys));
    } catch (error) {
      if (error instanceof ColdframeError) return null;
      throw error;
    }
  }
}

/** Those of the lost sets that are not waiting for a tape to come back. */
export const lostForGood = (lost: ReadonlyMap<SetId, LostSet>): SetId[] =>
  [...lost].filter(([, { forGood }]) => forGood).map(([id]) => id);

/**
 * What users are told of lost sets: a warning for each tape, with what was done instead. A tape that nobody knows to hold something else
 * may be back tomorrow, and its sets with it.
 */
export const warningsOfLost = (
  lost: ReadonlyMap<SetId, LostSet>,
  { level, parent }: Pick<ChosenLevel, 'level' | 'parent'>,
  atHand: readonly string[],
): Warning[] => {
  const byTape = new Map<string, { readonly ids: SetId[]; forGood: boolean; doubted: boolean }>();
  for (const [id, { tapes, forGood, doubted }] of lost)
    for (const tape of tapes) {
      const of = byTape.get(tape) ?? { ids: [], forGood: false, doubted: true };
      const isDoubted = of.doubted && doubted.includes(tape);
      byTape.set(tape, { ids: [...of.ids, id], forGood: of.forGood || forGood, doubted: isDoubted });
    }
  const instead =
    parent === null
      ? `this one is ${level} instead and stands by itself`
      : `this one builds on set ${parent.id.slice(0, 8)} instead`;
  return [...byTape].map(([tape, { ids, forGood, doubted }]) => {
    const sets = ids.length === 1 ? `set ${ids[0]?.slice(0, 8)}` : `${ids.length} earlier sets`;
    if (doubted)
      return {
        code: 'TAPE_LOST',
        path: tape,
        message: `the tape is damaged, and what ${sets} ${ids.length === 1 ? 'has' : 'have'} on it was not read and found right since; ${instead}. Verify the vault: what is right on it can be built on again`,
      };
    if (!atHand.includes(tape))
      return {
        code: 'TAPE_LOST',
        path: tape,
        message: `the tape is not here, and ${sets} cannot be built on without it; ${instead}. Nothing on it is known to be damaged: put it back and ${ids.length === 1 ? 'that set' : 'those sets'} can be restored again`,
      };
    const why = forGood ? 'no longer holds what' : 'cannot be read now, and';
    return {
      code: 'TAPE_LOST',
      path: tape,
      message: `the tape ${why} ${sets} ${ids.length === 1 ? 'has' : 'have'} ${forGood ? '' : 'something '}on it; ${instead}`,
    };
  });
};
