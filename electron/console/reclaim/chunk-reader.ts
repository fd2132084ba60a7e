import { crc32 } from 'node:zlib';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import { setId } from '../../../shared/units.ts';
import { UnitMemory } from '../../engine/blockset/unit.ts';
import { acquireSlot } from '../../engine/mover/accumulator.ts';
import { RunControl } from '../../engine/mover/run-control.ts';
import { SLOT_BYTES, Staging } from '../../engine/mover/staging.ts';
import { SetKeys } from '../../engine/restore/execute/set-keys.ts';
import { checkDataChunk } from '../../engine/restore/verify/check-chunk.ts';
import { plainOf, unitOffsets } from '../../engine/restore/write/unit-walk.ts';
import type { ChunkHeader } from '../../engine/tape/chunk-header.ts';
import { type ReadAccess, TapeReader } from '../../engine/tape/tape-reader.ts';
import {
  type ChunkToMove,
  type PlaceToProve,
  RECLAIM_COUNTER,
  type ReclaimAnswer,
  type ReclaimSetup,
  type WrongPlace,
} from './reclaim-protocol.ts';
import { type TapeTold, tellTape } from './told-by-tape.ts';

type Accesses = Readonly<Record<string, ReadAccess>>;
type Moved = Omit<Extract<ReclaimAnswer, { kind: 'moved' }>, 'kind'>;

/**
 * Reads whole chunks and checks all that can be told of them: framing, checksums, the seal of each unit, and of data the digests that its index lists. What is right is
 * handed to the drives byte for byte, so that what seals and checks it holds wherever it lies. Runs in a thread of its own.
 */
export class ChunkReader {
  readonly #staging: Staging;
  readonly #control: RunControl;
  readonly #streams: number;
  readonly #keys: SetKeys;
  readonly #counters: Float64Array;
  readonly #units = new UnitMemory();
  #reader: { readonly tape: string; readonly reader: TapeReader } | null = null;
  #memory = Buffer.alloc(0);

  constructor({ vault, vaultKey, staging, control, streams, counters }: ReclaimSetup) {
    this.#staging = new Staging(staging);
    this.#control = new RunControl(control);
    this.#streams = streams;
    this.#keys = new SetKeys({ vault, vaultKey });
    this.#counters = new Float64Array(counters);
  }

  /** Asks a tape in a drive what lies on it. Throws CANCELLED, and as `tellTape`. */
  async tell(access: ReadAccess): Promise<TapeTold> {
    const telling = tellTape(access, { headers: true, leap: true });
    try {
      for (;;) {
        const step = telling.next();
        if (step.done) return step.value;
        await this.#control.passage();
      }
    } finally {
      // Closes the tape, also when it was called off.
      telling.return({ places: [], damage: null });
    }
  }

  /** Hands chunks to the drives, each from the first of its places where it is right. Throws CANCELLED, and what a disk that fails throws. */
  async move(chunks: readonly ChunkToMove[], access: Accesses): Promise<Moved> {
    const moved: { read: { from: ChunkPlace; checksum: number }[]; wrong: WrongPlace[]; lost: ChunkPlace[] } = {
      read: [],
      wrong: [],
      lost: [],
    };
    try {
      for (const chunk of chunks) await this.#moveOne(chunk, access, moved);
    } finally {
      this.#letGo();
    }
    return moved;
  }

  /** Reads places back; gives those that are not what they should be. Throws CANCELLED. */
  async prove(places: readonly PlaceToProve[], access: Accesses): Promise<WrongPlace[]> {
    const wrong: WrongPlace[] = [];
    try {
      for (const { place, checksum } of places) {
        await this.#control.passage();
        if (this.#control.limited('vault')) await this.#control.pace('vault', place.payloadBytes);
        if (this.#memory.length < place.payloadBytes) this.#memory = Buffer.allocUnsafeSlow(place.payloadBytes);
        const payload = this.#memory.subarray(0, place.payloadBytes);
        const reason = this.#read(place, access, payload).reason ?? reasonUnless(checksum, payload);
        if (reason !== null) wrong.push({ place, reason });
        this.#count('proved', place.payloadBytes);
      }
    } finally {
      this.#letGo();
    }
    return wrong;
  }

  async #moveOne(
    { job, places }: ChunkToMove,
    access: Accesses,
    moved: { read: { from: ChunkPlace; checksum: number }[]; wrong: WrongPlace[]; lost: ChunkPlace[] },
  ): Promise<void> {
    await this.#control.passage();
    const slot = await acquireSlot(this.#staging, this.#control, job);
    let handed = false;
    try {
      for (const place of places) {
        if (place.payloadBytes > SLOT_BYTES) throw tooLong(place);
        // It is read, and written elsewhere.
        if (this.#control.limited('vault')) await this.#control.pace('vault', 2 * place.payloadBytes);
        const payload = this.#staging.memory(slot).subarray(0, place.payloadBytes);
        const { header, reason } = this.#read(place, access, payload);
        if (header === null) {
          moved.wrong.push({ place, reason: reason ?? '' });
          continue;
        }
        moved.read.push({ from: place, checksum: crc32(payload) });
        this.#staging.publish(slot, {
          job,
          kind: header.kind,
          sequence: header.sequence,
          unitCount: header.units,
          part: header.part,
          lastPart: header.last,
          dataBytes: payload.length,
          indexBytes: 0,
          plainBytes: header.plainBytes,
          pieces: 1,
          drive: null,
          streams: this.#streams,
        });
        handed = true;
        this.#count('moved', payload.length);
        return;
      }
      moved.lost.push(places[0] as ChunkPlace);
    } finally {
      if (!handed) this.#staging.release(slot);
    }
  }

  /** Reads a chunk into `payload`; its header when everything about it is right, else why not. */
  #read(
    place: ChunkPlace,
    access: Accesses,
    payload: Buffer,
  ): { readonly header: ChunkHeader; readonly reason: null } | { readonly header: null; readonly reason: string } {
    try {
      const header = this.#open(place.tape, access).readChunkPayload(place, payload);
      const reason = this.#wrongIn(header, payload);
      return reason === null ? { header, reason } : { header: null, reason };
    } catch (thrown) {
      const error = asColdframeError(thrown);
      // A file that is gone or another one holds nothing; what ends the job goes on. The label of a tape in a drive was read before.
      const asFile = access[place.tape]?.device === undefined && ['NO_SUCH_TAPE', 'TAPE_MISMATCH'].includes(error.code);
      const ofPlace = error.kind === 'damaged' || error.code === 'IO' || asFile;
      if (!ofPlace) throw error;
      return { header: null, reason: error.message };
    }
  }

  #wrongIn({ kind, set, sequence, units }: ChunkHeader, payload: Buffer): string | null {
    const seal = this.#keys.seal(setId(set), sequence);
    const offsets = unitOffsets(payload);
    if (offsets.size !== units) return `it has ${offsets.size} units, and was written with ${units}`;
    if (kind === 'data') return checkDataChunk(payload, set, sequence, seal).reasons[0] ?? null;
    for (const [unit, offset] of offsets) {
      const found = plainOf(payload, offset, seal, this.#units);
      if ('reason' in found) return `unit ${unit}: ${found.reason}`;
    }
    return null;
  }

  #open(tape: string, access: Accesses): TapeReader {
    if (this.#reader?.tape === tape) return this.#reader.reader;
    this.#letGo();
    const one = access[tape];
    if (one === undefined) throw new RangeError(`no access to tape ${tape}`);
    this.#reader = { tape, reader: TapeReader.open(one) };
    return this.#reader.reader;
  }

  #letGo(): void {
    this.#reader?.reader.close();
    this.#reader = null;
  }

  #count(name: keyof typeof RECLAIM_COUNTER, more: number): void {
    const at = RECLAIM_COUNTER[name];
    this.#counters[at] = (this.#counters[at] as number) + more;
  }
}

const reasonUnless = (checksum: number | null, payload: Uint8Array): string | null =>
  checksum === null || crc32(payload) === checksum ? null : 'it is not what was written';

const tooLong = ({ tape, sequence, set, payloadBytes, offset }: ChunkPlace): ColdframeError =>
  new ColdframeError('TAPE_DAMAGED', {
    message: `Chunk ${sequence} of set ${set} on tape ${tape} has ${payloadBytes} bytes, more than any that Coldframe writes.`,
    guidance: 'The tape stays as it is. Copy it as a whole with: coldframe tape copy',
    context: { tape, set, chunk: sequence, offset },
  });
