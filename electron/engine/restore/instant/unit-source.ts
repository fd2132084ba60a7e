import { asColdframeError, type ColdframeError } from '../../../../shared/errors.ts';
import type { ChunkPlace } from '../../../../shared/model/block-set.ts';
import type { StoredExtent } from '../../../../shared/model/element.ts';
import { setId } from '../../../../shared/units.ts';
import type { DamagedChunk } from '../../catalog/index.ts';
import { SetKeys } from '../execute/set-keys.ts';
import { blocksDamaged, isTapeAway } from './errors.ts';
import type { SetLayout } from './set-layout.ts';
import type { SetVolumeSpec } from './set-volume.ts';
import { TapeUnits } from './tape-units.ts';

const NO_UNIT = 'the unit is not there, or its frame is damaged.';
const NO_TAPE = 'no tape is known that holds the chunk.';
export const WRONG_DIGEST = 'its content does not have the digest that it had when it was backed up.';
/** Places that are told, and tried after others from then on. */
const FOUND_MOST = 10_000;

/** A place of a chunk at which content could not be had, though its tape is at hand. Crosses ports as it is. */
export interface PlaceFound {
  readonly place: DamagedChunk;
  /** The content there is not what it was; false: the tape could not be read. */
  readonly wrong: boolean;
  /** It was had at another place. */
  readonly elsewhere: boolean;
}

interface Failed {
  readonly place: ChunkPlace;
  readonly error: ColdframeError;
  readonly away: boolean;
  readonly wrong: boolean;
}

/** Units of a set, each from the first of its places that gives it. `onFound` hears once of each place that did not. */
export class UnitSource {
  readonly #spec: SetVolumeSpec;
  readonly #layout: SetLayout;
  readonly #tapes: TapeUnits;
  readonly #seals: SetKeys;
  readonly #onFound: (found: PlaceFound) => void;
  /** Places that failed, and whether it was told that another one had what they lacked. */
  readonly #found = new Map<string, boolean>();

  constructor(spec: SetVolumeSpec, layout: SetLayout, onFound: (found: PlaceFound) => void) {
    this.#spec = spec;
    this.#layout = layout;
    this.#tapes = new TapeUnits(spec.tapes, spec.keys);
    this.#seals = new SetKeys(spec.keys);
    this.#onFound = onFound;
  }

  /** The plain content of an extent's unit that is accepted, there until the next call. Errors: BLOCKS_DAMAGED. */
  unitOf(extent: StoredExtent, accept: (plain: Uint8Array) => boolean): Uint8Array {
    const known = this.#layout.places(extent.set, extent.chunk);
    const sound = known.filter((place) => !this.#found.has(keyOf(place)));
    const failed: Failed[] = [];
    for (const place of [...sound, ...known.filter((each) => !sound.includes(each))]) {
      const got = this.#at(place, extent, accept);
      if (!('error' in got)) {
        this.#tell(failed, true);
        return got.plain;
      }
      failed.push(got);
    }
    this.#tell(failed, false);
    throw this.#none(extent, failed);
  }

  close(): void {
    this.#tapes.close();
  }

  #at(
    place: ChunkPlace,
    extent: StoredExtent,
    accept: (plain: Uint8Array) => boolean,
  ): Failed | { readonly plain: Uint8Array } {
    const damaged = (reason: string): Failed => ({
      place,
      error: blocksDamaged(this.#spec.path, extent, place.tape, reason),
      away: false,
      wrong: true,
    });
    let opened = false;
    try {
      this.#tapes.open(place.tape);
      opened = true;
      const plain = this.#tapes.read(place, extent.unit, this.#seals.seal(setId(extent.set), extent.chunk));
      if (plain === null) return damaged(NO_UNIT);
      return accept(plain) ? { plain } : damaged(WRONG_DIGEST);
    } catch (thrown) {
      const cause = asColdframeError(thrown);
      const error = blocksDamaged(this.#spec.path, extent, place.tape, cause.message, thrown);
      return { place, error, away: isTapeAway(cause), wrong: opened && cause.kind === 'damaged' };
    }
  }

  /** Of a tape that is away nothing is known that would be news. */
  #tell(failed: readonly Failed[], elsewhere: boolean): void {
    for (const { place, away, wrong } of failed) {
      const key = keyOf(place);
      const told = this.#found.get(key);
      if (away || told === true || told === elsewhere || this.#found.size >= FOUND_MOST) continue;
      this.#found.set(key, elsewhere);
      const { set, sequence, tape, kind, block } = place;
      this.#onFound({ place: { set, sequence, tape, kind, block }, wrong, elsewhere });
    }
  }

  /** What is damaged on a tape at hand says more than that another one is away. */
  #none(extent: StoredExtent, failed: readonly Failed[]): ColdframeError {
    const [damaged] = failed.filter(({ away }) => !away);
    const [away] = failed.filter((each) => each.away);
    if (damaged === undefined) return away?.error ?? blocksDamaged(this.#spec.path, extent, null, NO_TAPE);
    if (away === undefined) return damaged.error;
    const reason = `${damaged.error.context.reason} Tape ${away.place.tape}, which is not in the vault, holds it too.`;
    return blocksDamaged(this.#spec.path, extent, damaged.place.tape, reason, damaged.error.cause);
  }
}

const keyOf = ({ set, sequence, tape, block }: ChunkPlace): string => `${set} ${sequence} ${tape} ${block}`;
