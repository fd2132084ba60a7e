import { asColdframeError } from '../../../../shared/errors.ts';
import { FRAME_BYTES, readFrame } from '../../blockset/unit.ts';
import { TapeReader } from '../../tape/tape-reader.ts';
import { readPiece } from '../plan/piece-codec.ts';
import { PlanStore } from '../plan/plan-store.ts';
import { rowsOf } from '../write/element-row.ts';
import type { ChunkToRead, ReaderAnswer, ReaderRequest, ReaderSetup } from './thread-protocol.ts';

/** Bytes that are read as one when a payload is damaged: what cannot be read is left as zeros. */
const SALVAGE_BYTES = 262_144;

/** A thread that reads chunks from the tape in its drive into memory that writers share. Synchronous. */
export class Reader {
  readonly #store: PlanStore | null;
  #tape: TapeReader | null = null;

  constructor({ file }: ReaderSetup) {
    this.#store = file === null ? null : PlanStore.open(file);
  }

  /** Carries out a request. Never throws. */
  carryOut(request: ReaderRequest): ReaderAnswer {
    try {
      switch (request.kind) {
        case 'mount':
          this.#unmount();
          this.#tape = TapeReader.open(request.access);
          return { kind: 'mounted' };
        case 'read':
          return this.#read(request.chunk);
        case 'unmount':
        case 'close':
          this.#unmount();
          if (request.kind === 'close') this.#store?.close();
          return { kind: 'unmounted' };
      }
    } catch (thrown) {
      return { kind: 'failed', error: asColdframeError(thrown).toData() };
    }
  }

  #unmount(): void {
    this.#tape?.close();
    this.#tape = null;
  }

  #read(chunk: ChunkToRead): ReaderAnswer {
    if (this.#tape === null) throw new RangeError('a chunk was asked for and no tape is mounted');
    const memory = Buffer.from(chunk.memory);
    try {
      const length =
        chunk.sparse && this.#store
          ? units(this.#tape, chunk, wantedUnits(this.#store, chunk.chunk), memory)
          : whole(this.#tape, chunk, memory);
      return { kind: 'read', length, lost: null, damage: null, unread: false };
    } catch (thrown) {
      const error = asColdframeError(thrown);
      if (error.kind !== 'damaged' && error.code !== 'IO') throw error;
      return salvage(this.#tape, chunk, memory, error.message);
    }
  }
}

const whole = (tape: TapeReader, { place }: ChunkToRead, memory: Buffer): number => {
  tape.readChunkPayload(place, memory);
  return place.payloadBytes;
};

/** Goes from frame to frame and reads the bodies of wanted units, one behind the other. */
const units = (tape: TapeReader, { place }: ChunkToRead, wanted: ReadonlySet<number>, memory: Buffer): number => {
  const last = Math.max(...wanted);
  let length = 0;
  for (let at = 0; at + FRAME_BYTES <= place.payloadBytes; ) {
    const frameAt = memory.subarray(length, length + FRAME_BYTES);
    tape.readUnitRange(place, at, FRAME_BYTES, frameAt);
    const { number, bodyBytes } = readFrame(frameAt, 0);
    if (number > last) break;
    if (wanted.has(number)) {
      const start = length + FRAME_BYTES;
      tape.readUnitRange(place, at + FRAME_BYTES, bodyBytes, memory.subarray(start, start + bodyBytes));
      length = start + bodyBytes;
    }
    at += FRAME_BYTES + bodyBytes;
  }
  return length;
};

const SINGLES = 'SELECT extents FROM element WHERE chunk = ?';
const PIECES = 'SELECT extents FROM piece WHERE chunk = ?';

/** The units of a chunk in which something wanted lies. */
const wantedUnits = (store: PlanStore, chunk: number): Set<number> => {
  const wanted = new Set<number>();
  for (const sql of [SINGLES, PIECES])
    for (const [extents] of rowsOf<[Uint8Array]>(store, sql, chunk))
      for (const { unit } of readPiece(extents)) wanted.add(unit);
  return wanted;
};

/** Reads what can be read of a damaged chunk; its units say by themselves whether they are whole. */
const salvage = (tape: TapeReader, { place }: ChunkToRead, memory: Buffer, damage: string): ReaderAnswer => {
  let reason = '';
  let found = 0;
  let wrong = false;
  for (let at = 0; at < place.payloadBytes; at += SALVAGE_BYTES) {
    const length = Math.min(SALVAGE_BYTES, place.payloadBytes - at);
    try {
      tape.readUnitRange(place, at, length, memory.subarray(at, at + length));
      found += 1;
    } catch (thrown) {
      const error = asColdframeError(thrown);
      reason = error.message;
      wrong ||= error.kind === 'damaged';
      memory.fill(0, at, at + length);
    }
  }
  const nothing = found === 0;
  return { kind: 'read', length: place.payloadBytes, lost: nothing ? reason : null, damage, unread: nothing && !wrong };
};
