import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { asColdframeError } from '../../../shared/errors.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import { durableWrite } from '../../platform/durable-write.ts';

/** A chunk whose content on a tape was found to be damaged. */
export interface DamagedChunk {
  readonly set: string;
  readonly sequence: number;
  readonly tape: string;
  readonly kind: 'data' | 'metadata';
  /** Block of the tape at which it begins there. Notes of before that was kept have none: they speak of wherever it lies on the tape. */
  readonly block?: number | undefined;
  /** A job that ended with it among what it found told of it. Where nobody was told the next restore that meets it tells. */
  readonly told?: boolean | undefined;
}

const schema = z.object({
  version: z.literal(1),
  chunks: z.array(
    z.object({
      set: z.string(),
      sequence: z.number(),
      tape: z.string(),
      kind: z.enum(['data', 'metadata']),
      block: z.number().optional(),
      told: z.boolean().optional(),
    }),
  ),
});

const keyOf = ({ set, sequence }: Pick<DamagedChunk, 'set' | 'sequence'>): string => `${set} ${sequence}`;
const tapeOf = (chunk: DamagedChunk): string => `${keyOf(chunk)} ${chunk.tape}`;
const placeOf = (chunk: DamagedChunk): string =>
  chunk.block === undefined ? tapeOf(chunk) : `${tapeOf(chunk)} ${chunk.block}`;

/** Where it is kept which chunks are damaged. Beside the catalog: a rebuild does not forget it, and it is no reason for a new schema. */
const fileFor = (catalog: string): string => `${catalog}.damaged.json`;

/**
 * The chunks that a verification or a restore found damaged and none found right since. Nothing that lies in them counts as
 * stored: the next backup stores it anew.
 */
export class DamagedChunks {
  static readonly NONE = new DamagedChunks([]);
  readonly chunks: readonly DamagedChunk[];
  readonly #data: ReadonlySet<string>;
  readonly #places: ReadonlySet<string>;
  /** Sets whose metadata is damaged: who has the tapes alone cannot build on them. */
  readonly sets: ReadonlySet<string>;

  private constructor(chunks: readonly DamagedChunk[]) {
    this.chunks = chunks;
    this.#places = new Set(chunks.map(placeOf));
    this.#data = new Set(chunks.filter(({ kind }) => kind === 'data').map(keyOf));
    this.sets = new Set(chunks.filter(({ kind }) => kind === 'metadata').map(({ set }) => set));
  }

  /** What is known of a catalog's chunks. */
  static of(catalog: string): DamagedChunks {
    const file = fileFor(catalog);
    if (!existsSync(file)) return DamagedChunks.NONE;
    const found = schema.safeParse(parsed(file));
    // A list that cannot be read is made again by the next verification.
    return found.success ? new DamagedChunks(found.data.chunks) : DamagedChunks.NONE;
  }

  /**
   * Keeps what was found of chunks: damaged, which nobody was told of so far where that is new, or right again. Gives a warning when it cannot be kept: what was read and written
   * until then stays done.
   */
  static note(catalog: string, found: readonly DamagedChunk[], right: readonly DamagedChunk[]): Warning[] {
    try {
      DamagedChunks.#keep(catalog, found, right);
      return [];
    } catch (thrown) {
      const { code, message } = asColdframeError(thrown);
      return [{ code, path: fileFor(catalog), message: `what is damaged could not be noted: ${message}` }];
    }
  }

  static #keep(catalog: string, found: readonly DamagedChunk[], right: readonly DamagedChunk[]): void {
    const before = DamagedChunks.of(catalog).chunks;
    const now = new Map(before.map((chunk) => [placeOf(chunk), chunk]));
    for (const chunk of found) if (!now.has(placeOf(chunk))) now.set(placeOf(chunk), chunk);
    // What is wrong elsewhere on that tape is on record with its own place by then: a chunk is read wherever it lies there.
    for (const chunk of right) for (const key of [placeOf(chunk), tapeOf(chunk)]) now.delete(key);
    if (now.size === before.length && before.every((chunk) => now.get(placeOf(chunk)) === chunk)) return;
    DamagedChunks.#write(catalog, [...now.values()]);
  }

  /** Notes that somebody was told of these places, as far as they are still on record. Where that cannot be noted they are told of once more. */
  static tell(catalog: string, found: readonly DamagedChunk[]): void {
    if (found.length === 0) return;
    const told = new Set(found.map(placeOf));
    const isNew = (chunk: DamagedChunk): boolean => chunk.told !== true && told.has(placeOf(chunk));
    try {
      const { chunks } = DamagedChunks.of(catalog);
      if (!chunks.some(isNew)) return;
      DamagedChunks.#write(
        catalog,
        chunks.map((chunk) => (isNew(chunk) ? { ...chunk, told: true } : chunk)),
      );
    } catch {
      // See above.
    }
  }

  static #write(catalog: string, chunks: readonly DamagedChunk[]): void {
    durableWrite(fileFor(catalog), JSON.stringify({ version: 1, chunks }));
  }

  /** How many of these places nobody was told of: they are not on record, or nothing that found them ended as done. */
  unheard(found: readonly DamagedChunk[]): number {
    const told = new Set(this.chunks.filter((chunk) => chunk.told === true).map(placeOf));
    const isNew = (chunk: DamagedChunk): boolean => !told.has(placeOf(chunk)) && !told.has(tapeOf(chunk));
    return new Set(found.filter(isNew).map(placeOf)).size;
  }

  get any(): boolean {
    return this.#data.size > 0;
  }

  /** Whether what an extent refers to is damaged. */
  has({ set, chunk }: { readonly set: string; readonly chunk: number }): boolean {
    return this.#data.size > 0 && this.#data.has(keyOf({ set, sequence: chunk }));
  }

  /** Whether exactly this place of a chunk is on record, or all that there are on its tape. */
  lists(chunk: DamagedChunk): boolean {
    return this.#places.size > 0 && (this.#places.has(placeOf(chunk)) || this.#places.has(tapeOf(chunk)));
  }
}

const parsed = (file: string): unknown => {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
