import { crc32 } from 'node:zlib';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import { bytes, type Millis, millis, type SetId } from '../../../shared/units.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { type OpenedTape, openForAppend } from './append-position.ts';
import { chunkFramedBytes, placeOf } from './chunk-frame.ts';
import { type ChunkHeader, encodeChunkHeader, headerChecksum } from './chunk-header.ts';
import { encodeChunkTrailer } from './chunk-trailer.ts';
import { cutIntoRecords } from './data-records.ts';
import type { TapeMedium, TapePosition } from './medium.ts';
import { openToAppend } from './open-medium.ts';
import { giveLabel } from './relabel.ts';
import { tailBytes, warningBytes } from './tail-reserve.ts';
import type { TapeAccess } from './tape-access.ts';
import { type CatalogSetNote, catalogOf, type TapeSummary, writeTail } from './tape-ending.ts';
import { tapeFull } from './tape-errors.ts';

/** A chunk to be written. */
export interface ChunkToWrite {
  readonly set: SetId;
  /** Within the set, dense from 0, over data and metadata chunks and over all tapes. */
  readonly sequence: number;
  readonly kind: 'data' | 'metadata';
  /** The last metadata chunk of the set. */
  readonly lastMetadata: boolean;
  /** Number of the metadata part, from 0; 0 for data. */
  readonly part: number;
  /** Units in the payload, the index unit included. */
  readonly unitCount: number;
  /** Plain bytes of all units but the index. */
  readonly plainLength: number;
  /** Units, frames and bodies, in order. May be views of shared memory; they are not copied and not kept. */
  readonly payload: readonly Uint8Array[];
}

export interface TapeWriterOptions {
  /** Instead of the virtual tape at `access.path`: a drive, or a double with faults. */
  readonly medium?: TapeMedium;
  readonly now?: () => Millis;
  /** Chunks that are known to be durable on the tape; fewer is TAPE_DAMAGED, so that no remnant of one is overwritten. */
  readonly expectChunks?: number;
}

/**
 * Appends chunks to one tape. Synchronous: for worker threads. Nothing counts as written before `flush` or `finish`
 * returned. After an error other than TAPE_FULL and DISK_FULL only `close` is left. Source: docs/MEDIA-FORMAT.md.
 */
export class TapeWriter {
  readonly #access: TapeAccess;
  readonly #medium: TapeMedium;
  readonly #now: () => Millis;
  readonly #opened: OpenedTape;
  #at: TapePosition;
  #tapeSequence: number;
  #unflushed = false;
  #failed: ColdframeError | null = null;

  private constructor(access: TapeAccess, medium: TapeMedium, opened: OpenedTape, now: () => Millis) {
    this.#access = access;
    this.#medium = medium;
    this.#opened = opened;
    this.#now = now;
    this.#at = opened.at;
    this.#tapeSequence = opened.tapeSequence;
  }

  /**
   * Opens a labelled tape to append behind its last whole chunk. Writes nothing but a label that the library counts on. Errors: TAPE_MISMATCH when it is not
   * the tape of `access`, TAPE_DAMAGED, NO_SUCH_TAPE, PASSPHRASE_MISSING, IO.
   */
  static open(access: TapeAccess, options: TapeWriterOptions = {}): TapeWriter {
    const medium = options.medium ?? openToAppend(access);
    try {
      const expected = options.expectChunks ?? 0;
      giveLabel(medium, access, expected);
      const opened = openForAppend(medium, access, expected);
      return new TapeWriter(access, medium, opened, options.now ?? (() => millis(Date.now())));
    } catch (error) {
      medium.close();
      throw error;
    }
  }

  /** Chunks on the tape, whole and in order; those of this writer count before they are flushed. */
  get chunks(): number {
    return this.#opened.entries.length;
  }

  /** Whether the tape was left as full when it was last unmounted, and nothing was appended since. */
  get full(): boolean {
    return this.#opened.tail?.label === 'EOV1';
  }

  /** Bytes up to the end of the last chunk. */
  get usedBytes(): number {
    return this.#at.offset;
  }

  /** Payload that a chunk could have at most so that it and the tail behind it still fit. Approximate, never too much. */
  get roomBytes(): number {
    const room = this.#medium.capacity - this.#tailBytes(1) - this.#at.offset;
    return Math.max(0, Math.floor(room * (1 - 1 / 16384)) - 1024);
  }

  /**
   * Writes a chunk: header, data records, trailer, file mark. `earlyWarning`: the end is near; let the set go on with
   * the next tape. `roomBytes`: as of the writer, behind it. Throws TAPE_FULL when it does not fit: nothing of it remains valid, write it anew on the next tape.
   */
  appendChunk(chunk: ChunkToWrite): { place: ChunkPlace; earlyWarning: boolean; roomBytes: number } {
    this.#demandSound();
    const payloadBytes = chunk.payload.reduce((sum, part) => sum + part.length, 0);
    const header = this.#headerOf(chunk, payloadBytes);
    const needed = chunkFramedBytes(payloadBytes);
    const limit = this.#medium.capacity - this.#tailBytes(1);
    if (this.#at.offset + needed > limit)
      throw tapeFull(this.#access.volume, needed, limit - this.#at.offset, this.chunks === 0);
    this.#writeChunk(header, chunk.payload, payloadBytes);
    this.#note(header);
    const earlyWarning =
      this.#at.offset + warningBytes(this.#medium.capacity, this.#tailBytes(1)) >= this.#medium.capacity;
    return { place: placeOf(header), earlyWarning, roomBytes: this.roomBytes };
  }

  /** Makes all chunks durable. When it throws, none of those since the last flush counts. */
  flush(): void {
    this.#demandSound();
    try {
      failpoint('tape:before-flush');
      this.#medium.flush();
      failpoint('tape:after-flush');
    } catch (thrown) {
      throw this.#fail(thrown);
    }
    this.#unflushed = false;
  }

  /**
   * Ends the tape in order: flushes, writes the tail (`full`: EOV1, for the sets go on elsewhere) and flushes again.
   * Writes nothing when the tape has its tail already and nothing changed. `catalogSets` describe the sets on the tape;
   * what they leave out is kept from the tail before. More chunks can be appended afterwards.
   */
  finish(options: { full: boolean; catalogSets: readonly CatalogSetNote[] }): TapeSummary {
    if (this.#unflushed) this.flush();
    this.#demandSound();
    const catalog = catalogOf(this.#access.volume, this.#opened.entries, options.catalogSets, this.#opened.catalog);
    try {
      this.#medium.locate(this.#at);
      const tail = writeTail(this.#medium, this.#access, this.#opened, catalog, options.full, this.#now());
      this.#opened.tail = tail;
      this.#opened.catalog = catalog;
    } catch (thrown) {
      throw this.#fail(thrown);
    }
    const payloadBytes = this.#opened.entries.reduce((sum, entry) => sum + entry.payload, 0);
    return {
      chunks: this.chunks,
      payloadBytes,
      usedBytes: this.#medium.endOffset,
      bytesToTail: this.#at.offset,
      full: options.full,
      sets: catalog.sets,
    };
  }

  /** Whether the drive asks to be cleaned; null where there is none that could. Never throws. */
  asksForCleaning(): boolean | null {
    return this.#medium.asksForCleaning?.() ?? null;
  }

  /** Lets go of the tape without a tail; what was flushed stays readable. */
  close(): void {
    this.#medium.close();
  }

  #headerOf(chunk: ChunkToWrite, payloadBytes: number): ChunkHeader {
    return {
      vault: this.#access.vault,
      set: chunk.set,
      tape: this.#access.volume,
      kind: chunk.kind,
      last: chunk.lastMetadata,
      sequence: chunk.sequence,
      tapeSequence: this.#tapeSequence,
      units: chunk.unitCount,
      part: chunk.part,
      payloadBytes: bytes(payloadBytes),
      plainBytes: bytes(chunk.plainLength),
      writtenAt: this.#now(),
      block: this.#at.block,
      offset: this.#at.offset,
    };
  }

  #writeChunk(header: ChunkHeader, payload: readonly Uint8Array[], payloadBytes: number): void {
    const record = encodeChunkHeader(header, this.#opened.context.headerKey);
    const records = cutIntoRecords(payload);
    const trailer = encodeChunkTrailer({
      tapeSequence: header.tapeSequence,
      payloadChecksum: payload.reduce((sum, part) => crc32(part, sum), 0),
      payloadBytes,
      records: records.length,
      headerChecksum: headerChecksum(record),
    });
    try {
      this.#medium.locate(this.#at);
      this.#medium.eraseRest();
      this.#opened.tail = null;
      failpoint('tape:after-erase');
      this.#medium.writeRecords([[record]]);
      failpoint('tape:after-header');
      this.#medium.writeRecords(records);
      failpoint('tape:after-data');
      this.#medium.writeRecords([[trailer]]);
      this.#medium.writeFileMarks(1);
      failpoint('tape:after-chunk');
    } catch (thrown) {
      throw this.#takeBack(thrown);
    }
  }

  /** Erases what was written of a chunk. TAPE_FULL and DISK_FULL leave the writer usable; anything else does not. */
  #takeBack(thrown: unknown): ColdframeError {
    const error = asColdframeError(thrown);
    try {
      this.#medium.locate(this.#at);
      this.#medium.eraseRest();
    } catch (second) {
      return this.#fail(second);
    }
    return error.kind === 'no-space' ? error : this.#fail(error);
  }

  #note(header: ChunkHeader): void {
    this.#opened.entries.push({
      set: header.set,
      sequence: header.sequence,
      kind: header.kind,
      part: header.part,
      tapeSequence: header.tapeSequence,
      block: header.block,
      offset: header.offset,
      records: Math.ceil(header.payloadBytes / 262_144),
      payload: header.payloadBytes,
      last: header.last,
    });
    this.#opened.sets.add(header.set);
    this.#tapeSequence += 1;
    this.#unflushed = true;
    this.#at = this.#medium.position();
  }

  #tailBytes(more: number): number {
    return tailBytes(this.chunks + more, this.#opened.sets.size + more, this.#access.envelopes);
  }

  #demandSound(): void {
    if (this.#failed) throw this.#failed;
  }

  #fail(thrown: unknown): ColdframeError {
    const error = asColdframeError(thrown);
    this.#failed = error;
    return error;
  }
}
