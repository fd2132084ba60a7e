import { crc32 } from 'node:zlib';
import { asColdframeError, type ColdframeError } from '../../../shared/errors.ts';
import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import { sealMismatch } from './append-position.ts';
import { type ChunkContext, type ReadHeader, readChunkHeader, readChunkTrailer } from './chunk-frame.ts';
import type { ChunkHeader } from './chunk-header.ts';
import { framedBytes } from './container.ts';
import { firstOwnChunk } from './damaged-front.ts';
import { cutIntoRecords, DATA_RECORD_BYTES, dataRecordLengths } from './data-records.ts';
import type { TapeMedium, TapePosition } from './medium.ts';
import { openToRead } from './open-medium.ts';
import { type ScanFinding, scanForward, scannedOf } from './scan.ts';
import { readTail, type Tail } from './tail.ts';
import type { TapeAccess } from './tape-access.ts';
import { contextOf, tapeKeyOf } from './tape-context.ts';
import { isNewerOnTape, tapeDamaged, tapeMismatch } from './tape-errors.ts';
import { demandTape } from './tape-label.ts';

/** What opening a tape to read takes: its file, who it must be, and the key of a sealed vault. */
export type ReadAccess = Pick<TapeAccess, 'path' | 'device' | 'vault' | 'volume' | 'vaultKey'>;

const HEADERS_KEPT = 1024;

/** Reads chunks of one tape, in any order, and checks all that framing can tell. Synchronous: for worker threads. */
export class TapeReader {
  /** What is wrong with its labels or its node header; null when they are intact. Its chunks say who it is then. */
  readonly frontDamage: ColdframeError | null;
  #newerTail: ColdframeError | null = null;
  readonly #start: TapePosition;
  readonly #access: ReadAccess;
  readonly #medium: TapeMedium;
  readonly #context: ChunkContext;
  /** Headers that were checked, by offset; the oldest go first. */
  readonly #headers = new Map<number, ReadHeader>();

  private constructor(access: ReadAccess, medium: TapeMedium, { start, damage }: Front) {
    this.#access = access;
    this.#medium = medium;
    this.#start = start;
    this.frontDamage = damage;
    this.#context = contextOf(access);
  }

  /**
   * Opens a tape. One with a damaged front is opened when its chunks say that it is the one that was asked for. Errors: NO_SUCH_TAPE, TAPE_MISMATCH, TAPE_DAMAGED, PASSPHRASE_MISSING, IO.
   */
  static open(access: ReadAccess, options: { medium?: TapeMedium } = {}): TapeReader {
    const medium = options.medium ?? openToRead(access);
    try {
      return new TapeReader(access, medium, frontOf(access, medium));
    } catch (error) {
      medium.close();
      throw error;
    }
  }

  /**
   * Reads a whole payload into the first `place.payloadBytes` bytes of `into` and checks header, trailer and checksum.
   * Gives the header. Throws TAPE_DAMAGED, also when another chunk lies at the place; `into` is then void.
   */
  readChunkPayload(place: ChunkPlace, into: Uint8Array): ChunkHeader {
    const read = this.#headerAt(place);
    const payload = into.subarray(0, place.payloadBytes);
    if (payload.length < place.payloadBytes) throw new RangeError('the buffer is smaller than the payload');
    this.#medium.locate(dataStart(place));
    this.#medium.readRecords(cutIntoRecords([payload]));
    const trailer = readChunkTrailer(this.#medium, read);
    if (crc32(payload) !== trailer.payloadChecksum)
      throw tapeDamaged(this.#medium.name, `the checksum of chunk ${place.tapeSequence} does not match`, place.offset);
    return read.header;
  }

  /**
   * Reads bytes [from, from + length) of a payload into `into`, without the rest. Checks the header and the framing;
   * the content is checked by its units. Throws as `readChunkPayload`.
   */
  readUnitRange(place: ChunkPlace, from: number, length: number, into: Uint8Array): void {
    if (from < 0 || length < 0 || from + length > place.payloadBytes || into.length < length)
      throw new RangeError('the range reaches beyond the payload or the buffer');
    this.#headerAt(place);
    const lengths = dataRecordLengths(place.payloadBytes);
    for (let at = from; at < from + length; ) {
      const index = Math.floor(at / DATA_RECORD_BYTES);
      const within = at % DATA_RECORD_BYTES;
      const count = Math.min(DATA_RECORD_BYTES - within, from + length - at);
      const start = dataStart(place);
      this.#medium.locate({
        block: start.block + index,
        offset: start.offset + index * framedBytes(DATA_RECORD_BYTES),
      });
      this.#medium.readPart(lengths[index] ?? 0, within, into.subarray(at - from, at - from + count));
      at += count;
    }
  }

  /** The header of a chunk, checked against its place. */
  readHeader(place: ChunkPlace): ChunkHeader {
    return this.#headerAt(place).header;
  }

  /**
   * All whole chunks in order: from the directory, or, without an intact tail or when `headers` is set, from the
   * chunks' headers, with notes of damage; `leap` as of `checkChunkFrame`. `after` resumes behind a chunk that an earlier scan gave.
   */
  *scan(options: { headers?: boolean; leap?: boolean; after?: ChunkPlace } = {}): Generator<ScanFinding> {
    const tail = options.headers ? null : this.tail();
    if (tail?.directory) {
      for (const entry of tail.directory.chunks)
        if (!options.after || entry.tapeSequence > options.after.tapeSequence)
          yield scannedOf(entry, this.#access.volume);
      return;
    }
    const from: TapePosition = options.after ?? this.#start;
    for (const finding of scanForward(this.#medium, this.#context, from, options.leap))
      if (finding.kind === 'damage' || !options.after || finding.place.tapeSequence > options.after.tapeSequence)
        yield finding;
  }

  /** Why `tail` gave none, when that is one of a newer version. */
  get newerTail(): ColdframeError | null {
    return this.#newerTail;
  }

  /** The tail, or null when there is none, or it is damaged or of a newer version. */
  tail(): Tail | null {
    try {
      return readTail(this.#medium, this.#access.volume, this.#access.vaultKey !== null, tapeKeyOf(this.#access));
    } catch (thrown) {
      const error = asColdframeError(thrown);
      if (isNewerOnTape(error)) this.#newerTail = error;
      if (error.kind === 'damaged') return null;
      throw error;
    }
  }

  close(): void {
    this.#medium.close();
  }

  /** The checked header at a place; read once, then remembered. */
  #headerAt(place: ChunkPlace): ReadHeader {
    if (place.tape !== this.#access.volume)
      throw tapeMismatch(this.#medium.name, `the chunk lies on tape ${place.tape}`);
    const read = this.#headers.get(place.offset) ?? this.#readHeader(place);
    const { header } = read;
    const agrees =
      header.set === place.set &&
      header.sequence === place.sequence &&
      header.payloadBytes === place.payloadBytes &&
      header.block === place.block;
    if (!agrees)
      throw tapeDamaged(
        this.#medium.name,
        `chunk ${header.sequence} of set ${header.set} lies where chunk ${place.sequence} of ${place.set} should`,
        place.offset,
      );
    return read;
  }

  #readHeader(place: ChunkPlace): ReadHeader {
    this.#medium.locate(place);
    const read = readChunkHeader(this.#medium, this.#context);
    this.#headers.set(place.offset, read);
    if (this.#headers.size > HEADERS_KEPT) for (const oldest of this.#headers.keys()) return this.#forget(oldest, read);
    return read;
  }

  #forget(offset: number, read: ReadHeader): ReadHeader {
    this.#headers.delete(offset);
    return read;
  }
}

interface Front {
  /** Of the first chunk. */
  readonly start: TapePosition;
  readonly damage: ColdframeError | null;
}

/** What the front of a tape says, or the chunks in its stead. */
const frontOf = (access: ReadAccess, medium: TapeMedium): Front => {
  try {
    const { header, start } = demandTape(medium, access.vault, access.volume);
    if (header.sealed !== (access.vaultKey !== null)) throw sealMismatch(medium.name, header.sealed);
    return { start, damage: null };
  } catch (thrown) {
    const error = asColdframeError(thrown);
    // A disk that cannot be read is not searched; a flipped bit may make a front look like that of another tape.
    if (error.kind !== 'damaged' && error.code !== 'TAPE_MISMATCH') throw error;
    const start = firstOwnChunk(medium, contextOf(access));
    if (start === null) throw error;
    const what = 'its labels or its node header cannot be read; its chunks say which tape it is';
    return { start, damage: isNewerOnTape(error) ? error : tapeDamaged(medium.name, what, 0, error) };
  }
};

/** The position of the first data record. */
const dataStart = (place: ChunkPlace): TapePosition => ({
  block: place.block + 1,
  offset: place.offset + framedBytes(176),
});
