import { asColdframeError } from '../../../../shared/errors.ts';
import type { ChunkPlace } from '../../../../shared/model/block-set.ts';
import { tapeId, vaultId } from '../../../../shared/units.ts';
import { decodeUnit, FRAME_BYTES, readFrame, UnitMemory, type UnitSeal } from '../../blockset/unit.ts';
import { isAboutTape } from '../../tape/tape-errors.ts';
import { TapeReader } from '../../tape/tape-reader.ts';
import type { UnitKeys } from '../execute/thread-protocol.ts';
import { unitOffsets } from '../write/unit-walk.ts';
import type { TapePlace } from './set-volume.ts';

/** Tapes that are open at a time in one thread, and chunks of which it is remembered where their units lie. */
const OPEN_TAPES = 8;
const CHUNKS_KNOWN = 256;
/** A tape that could not be opened may be put right: it is looked at again. */
const LOOK_AGAIN_MS = 10_000;
/** Bytes that are read as one where a chunk is damaged. */
const SALVAGE_BYTES = 262_144;

/** Reads single units of chunks, in any order, from the files of tapes: nothing is mounted, nothing is written. */
export class TapeUnits {
  readonly #paths: ReadonlyMap<string, string>;
  readonly #keys: UnitKeys;
  readonly #readers = new Map<string, TapeReader>();
  readonly #offsets = new Map<string, ReadonlyMap<number, number>>();
  readonly #memory = new UnitMemory();
  readonly #unusable = new Map<string, { readonly error: unknown; readonly until: number }>();
  #body = Buffer.alloc(0);

  constructor(tapes: readonly TapePlace[], keys: UnitKeys) {
    this.#paths = new Map(tapes.map(({ tape, path }) => [tape, path]));
    this.#keys = keys;
  }

  /**
   * The plain content of a unit, there until the next call. Errors: UNIT_DAMAGED, TAPE_DAMAGED, TAPE_MISMATCH (of the whole tape), NO_SUCH_TAPE, IO; null when
   * the chunk has no such unit, or its frame is damaged.
   */
  read(place: ChunkPlace, unit: number, seal: UnitSeal | null): Uint8Array | null {
    try {
      const reader = this.#reader(place.tape);
      const offset = this.#offsetsIn(reader, place).get(unit);
      return offset === undefined ? null : this.#decode(reader, place, offset, seal);
    } catch (error) {
      // The tape may be put back, or its disk may answer again: it is looked for anew.
      if (asColdframeError(error).kind !== 'damaged') this.#forget(place.tape);
      throw error;
    }
  }

  /** Opens a tape, unless it is. One that was found to be another, or damaged as a whole, is not looked through again at each read. Errors as of `read`. */
  open(tape: string): void {
    const unusable = this.#unusable.get(tape);
    if (unusable !== undefined && performance.now() < unusable.until) throw unusable.error;
    this.#unusable.delete(tape);
    try {
      this.#reader(tape);
    } catch (error) {
      if (isAboutTape(asColdframeError(error)) && asColdframeError(error).code !== 'NO_SUCH_TAPE')
        this.#unusable.set(tape, { error, until: performance.now() + LOOK_AGAIN_MS });
      throw error;
    }
  }

  close(): void {
    for (const tape of this.#readers.keys()) this.#forget(tape);
  }

  #decode(reader: TapeReader, place: ChunkPlace, offset: number, seal: UnitSeal | null): Uint8Array {
    const frame = Buffer.alloc(FRAME_BYTES);
    reader.readUnitRange(place, offset, FRAME_BYTES, frame);
    const bytes = FRAME_BYTES + Math.min(readFrame(frame, 0).bodyBytes, place.payloadBytes - offset - FRAME_BYTES);
    if (this.#body.length < bytes) this.#body = Buffer.allocUnsafeSlow(bytes);
    const body = this.#body.subarray(0, bytes);
    reader.readUnitRange(place, offset, bytes, body);
    return decodeUnit(body, 0, seal, this.#memory).plain;
  }

  #offsetsIn(reader: TapeReader, place: ChunkPlace): ReadonlyMap<number, number> {
    const key = `${place.tape} ${place.set} ${place.sequence}`;
    const known = this.#offsets.get(key);
    if (known !== undefined) return known;
    const found = walked(reader, place);
    // What is read of a damaged chunk may be more the next time, so it is not remembered.
    if (found === null) return unitOffsets(salvaged(reader, place));
    this.#offsets.set(key, found);
    for (const oldest of this.#offsets.keys()) {
      if (this.#offsets.size <= CHUNKS_KNOWN) break;
      this.#offsets.delete(oldest);
    }
    return found;
  }

  #reader(tape: string): TapeReader {
    const open = this.#readers.get(tape);
    if (open !== undefined) return open;
    for (const oldest of this.#readers.keys()) if (this.#readers.size >= OPEN_TAPES) this.#forget(oldest);
    const reader = TapeReader.open({
      path: this.#paths.get(tape) ?? '',
      vault: vaultId(this.#keys.vault),
      volume: tapeId(tape),
      vaultKey: this.#keys.vaultKey,
    });
    this.#readers.set(tape, reader);
    return reader;
  }

  #forget(tape: string): void {
    this.#readers.get(tape)?.close();
    this.#readers.delete(tape);
  }
}

/** The offsets of all units, from frame to frame; null when one of them is damaged. */
const walked = (reader: TapeReader, place: ChunkPlace): Map<number, number> | null => {
  const offsets = new Map<number, number>();
  const frame = Buffer.alloc(FRAME_BYTES);
  try {
    for (let at = 0; at + FRAME_BYTES <= place.payloadBytes; ) {
      reader.readUnitRange(place, at, FRAME_BYTES, frame);
      const { number, bodyBytes } = readFrame(frame, 0);
      offsets.set(number, at);
      at += FRAME_BYTES + bodyBytes;
    }
    return offsets;
  } catch (thrown) {
    const error = asColdframeError(thrown);
    if (error.kind !== 'damaged' && error.code !== 'IO') throw error;
    return null;
  }
};

/** A payload with zeroes where it cannot be read. Throws when nothing of it can. */
const salvaged = (reader: TapeReader, place: ChunkPlace): Buffer => {
  const payload = Buffer.alloc(place.payloadBytes);
  let reason: unknown = null;
  let found = 0;
  for (let at = 0; at < payload.length; at += SALVAGE_BYTES) {
    const piece = payload.subarray(at, at + SALVAGE_BYTES);
    try {
      reader.readUnitRange(place, at, piece.length, piece);
      found += 1;
    } catch (thrown) {
      const error = asColdframeError(thrown);
      if (error.kind !== 'damaged' && error.code !== 'IO') throw error;
      reason = error;
      piece.fill(0);
    }
  }
  if (found === 0 && reason !== null) throw reason;
  return payload;
};
