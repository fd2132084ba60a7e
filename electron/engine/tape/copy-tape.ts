import { crc32 } from 'node:zlib';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { ChunkPlace, Warning } from '../../../shared/model/block-set.ts';
import type { ScannedChunk } from './scan.ts';
import type { TapeCopyAnswer, TapeCopyRequest } from './tape-copy-protocol.ts';
import { tapeDamaged } from './tape-errors.ts';
import { TapeReader } from './tape-reader.ts';
import { TapeWriter } from './tape-writer.ts';

type Copied = Omit<Extract<TapeCopyAnswer, { kind: 'copied' }>, 'kind'>;

/** Written between two flushes. */
const FLUSH_BYTES = 64 << 20;

/**
 * Copies the chunks of one tape onto another that has its own label: payloads byte for byte, so that what seals and checks them holds as
 * before; headers say where they lie now. Everything is read back before it counts. A chunk that cannot be read is left out, and named.
 * Synchronous, for a worker thread. Errors: TAPE_*, CANCELLED, DISK_FULL, IO; what is on the target then counts for nothing.
 */
export const copyTape = (request: TapeCopyRequest, hear: (answer: TapeCopyAnswer) => void): Copied => {
  const source = TapeReader.open(request.from);
  try {
    return new TapeCopying(request, source, hear).run();
  } finally {
    source.close();
  }
};

class TapeCopying {
  readonly #request: TapeCopyRequest;
  readonly #source: TapeReader;
  readonly #hear: (answer: TapeCopyAnswer) => void;
  readonly #warnings: Warning[] = [];
  /** Places on the copy, and the checksums of the payloads that were written there. */
  readonly #written: { readonly place: ChunkPlace; readonly checksum: number }[] = [];
  #memory = Buffer.alloc(0);
  #bytes = 0;

  constructor(request: TapeCopyRequest, source: TapeReader, hear: (answer: TapeCopyAnswer) => void) {
    this.#request = request;
    this.#source = source;
    this.#hear = hear;
  }

  run(): Copied {
    const summary = this.#write();
    // A drive has one user at a time: by now nobody writes there any more.
    this.#readBack();
    return { summary, places: this.#written.map(({ place }) => place), warnings: this.#warnings };
  }

  #write(): Copied['summary'] {
    const writer = TapeWriter.open(this.#request.to);
    try {
      if (writer.chunks > 0) throw tapeDamaged(this.#request.to.volume, 'chunks lie on it, and it was to be empty');
      const leaveOut = new Set(this.#request.leaveOut);
      let unflushed = 0;
      for (const finding of this.#source.scan()) {
        this.#demandGoing();
        if (finding.kind === 'damage') this.#warn(finding.error);
        else if (!leaveOut.has(finding.place.set)) unflushed += this.#copy(writer, finding);
        if (unflushed < FLUSH_BYTES) continue;
        writer.flush();
        unflushed = 0;
      }
      const { sets: _, ...summary } = writer.finish({ full: false, catalogSets: this.#request.sets });
      return summary;
    } finally {
      writer.close();
    }
  }

  #copy(writer: TapeWriter, { place, part, last }: ScannedChunk): number {
    const payload = this.#room(place.payloadBytes);
    let header: ReturnType<TapeReader['readChunkPayload']>;
    try {
      header = this.#source.readChunkPayload(place, payload);
    } catch (thrown) {
      const error = asColdframeError(thrown);
      if (error.kind !== 'damaged' && error.code !== 'IO') throw error;
      this.#warn(error);
      return 0;
    }
    const { set, sequence, kind, units, plainBytes } = header;
    const chunk = { set, sequence, kind, part, lastMetadata: last, unitCount: units, plainLength: plainBytes };
    const written = writer.appendChunk({ ...chunk, payload: [payload] });
    this.#written.push({ place: written.place, checksum: crc32(payload) });
    this.#tell('copying', payload.length);
    return payload.length;
  }

  /** What is on the copy is what was read: as it lies there, and not as it lay in memory. */
  #readBack(): void {
    this.#bytes = 0;
    const reader = TapeReader.open(this.#request.to);
    try {
      for (const { place, checksum } of this.#written) {
        this.#demandGoing();
        const payload = this.#room(place.payloadBytes);
        reader.readChunkPayload(place, payload);
        if (crc32(payload) !== checksum)
          throw tapeDamaged(place.tape, `chunk ${place.tapeSequence} is not what was written`, place.offset);
        this.#tell('reading back', payload.length);
      }
    } finally {
      reader.close();
    }
  }

  #room(bytes: number): Buffer {
    if (this.#memory.length < bytes) this.#memory = Buffer.allocUnsafeSlow(bytes);
    return this.#memory.subarray(0, bytes);
  }

  #warn({ code, message }: ColdframeError): void {
    this.#warnings.push({ code, path: this.#request.from.volume, message: `left out of the copy: ${message}` });
  }

  #tell(phase: 'copying' | 'reading back', more: number): void {
    this.#bytes += more;
    this.#hear({ kind: 'progress', phase, bytes: this.#bytes });
  }

  #demandGoing(): void {
    if (Atomics.load(this.#request.cancelled, 0) === 0) return;
    throw new ColdframeError('CANCELLED', {
      message: 'The copy was cancelled.',
      guidance: 'The tape that it was to go to holds nothing that counts.',
    });
  }
}
