import { asColdframeError } from '../../../../shared/errors.ts';
import { FRAME_BYTES, readFrame } from '../../blockset/unit.ts';
import { TapeReader } from '../../tape/tape-reader.ts';
import { readPiece } from '../plan/piece-codec.ts';
import { PlanStore } from '../plan/plan-store.ts';
import { rowsOf } from '../write/element-row.ts';
import { readChunk, salvageChunk } from './read-chunk.ts';
import type { ChunkToRead, ReaderAnswer, ReaderRequest, ReaderSetup } from './thread-protocol.ts';

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
    const tape = this.#tape;
    this.#tape = null;
    tape?.close();
  }

  #read(chunk: ChunkToRead): ReaderAnswer {
    if (this.#tape === null) throw new RangeError('a chunk was asked for and no tape is mounted');
    const memory = Buffer.from(chunk.memory);
    if (!chunk.sparse || this.#store === null) return { kind: 'read', ...readChunk(this.#tape, chunk.place, memory) };
    try {
      const length = units(this.#tape, chunk, wantedUnits(this.#store, chunk.chunk), memory);
      return { kind: 'read', length, lost: null, damage: null, unread: false };
    } catch (thrown) {
      return { kind: 'read', ...salvageChunk(this.#tape, chunk.place, memory, thrown) };
    }
  }
}

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
