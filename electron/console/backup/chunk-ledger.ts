import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { ChunkPlace } from '../../../shared/model/block-set.ts';
import type { WrittenChunk } from '../../engine/catalog/writer.ts';

/** The chunks of one job: written, then durable, then in the catalog; each step only after the one before. */
export class ChunkLedger {
  readonly #record: (chunks: readonly WrittenChunk[]) => Promise<void>;
  readonly #onFailure: (error: ColdframeError) => void;
  readonly #unflushed = new Map<string, WrittenChunk[]>();
  #places: ChunkPlace[] = [];
  readonly #durable = new Set<number>();
  #recording: Promise<void> = Promise.resolve();
  #progressed: () => void = () => undefined;
  payloadBytes = 0;

  constructor(record: (chunks: readonly WrittenChunk[]) => Promise<void>, onFailure: (error: ColdframeError) => void) {
    this.#record = record;
    this.#onFailure = onFailure;
  }

  get count(): number {
    return this.#places.length;
  }

  /** Resolves when `count` chunks are written, and none of them is known to be lost. */
  async reached(count: number): Promise<void> {
    while (this.#places.length < count) {
      await new Promise<void>((resolve) => {
        this.#progressed = resolve;
      });
    }
  }

  written(place: ChunkPlace, index: Uint8Array): void {
    this.#places.push(place);
    this.#progressed();
    this.payloadBytes += place.payloadBytes;
    const waiting = this.#unflushed.get(place.tape) ?? [];
    waiting.push(index.length > 0 ? { place, index } : { place });
    this.#unflushed.set(place.tape, waiting);
  }

  /** Everything written to the tape so far is durable: goes to the catalog. */
  durable(tape: string): void {
    const chunks = this.#unflushed.get(tape);
    if (chunks === undefined || chunks.length === 0) return;
    this.#unflushed.delete(tape);
    for (const { place } of chunks) this.#durable.add(place.sequence);
    this.#recording = this.#recording.then(async () => await this.#record(chunks));
    this.#recording.catch((thrown: unknown) => this.#onFailure(asColdframeError(thrown)));
  }

  /** Nothing that was written to the tape since then is to be counted on; where it is written once more, it comes again. */
  lost(tape: string): void {
    const chunks = this.#unflushed.get(tape);
    if (chunks === undefined) return;
    this.#unflushed.delete(tape);
    const gone = new Set(chunks.map(({ place }) => place));
    this.#places = this.#places.filter((place) => !gone.has(place));
    for (const { payloadBytes } of gone) this.payloadBytes -= payloadBytes;
  }

  /** Resolves when all that is durable is in the catalog. */
  async settled(): Promise<void> {
    await this.#recording;
  }

  /** Throws CHUNK_LOST unless all of the set's chunks, `count` of them, are durable: none may be missing in what is called complete. */
  demandAll(count: number): void {
    for (let sequence = 0; sequence < count; sequence += 1) {
      if (this.#durable.has(sequence)) continue;
      throw new ColdframeError('CHUNK_LOST', {
        message: `Chunk ${sequence} of ${count} was handed over and is not known to be on tape.`,
        guidance:
          'The set was not completed; earlier sets are untouched. Run the backup again, and report this with the log.',
        context: { chunk: sequence, chunks: count },
      });
    }
  }

  /** By sequence within the set. */
  places(): ChunkPlace[] {
    return [...this.#places].sort((a, b) => a.sequence - b.sequence);
  }

  tapes(): ChunkPlace['tape'][] {
    return [...new Set(this.#places.map((place) => place.tape))];
  }
}
