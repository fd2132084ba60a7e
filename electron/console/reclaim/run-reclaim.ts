import { setImmediate as turn } from 'node:timers/promises';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary, ChunkPlace, Warning } from '../../../shared/model/block-set.ts';
import type { TapeId } from '../../../shared/units.ts';
import * as catalog from '../../engine/catalog/index.ts';
import type { TapeRecord } from '../../engine/tape/library-state.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { randomId } from '../../platform/ids.ts';
import { countErrors } from '../library/count-errors.ts';
import { tapeView } from '../library/tape-view.ts';
import type { JobControl, ReclaimRequest, ReclaimResult } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import { ChangerReach } from './changer-reach.ts';
import { ChunkFerry } from './chunk-ferry.ts';
import { keyOf } from './chunk-key.ts';
import type { KeptChunk, LookedAt, Surroundings } from './look-at-tape.ts';
import type { JudgedTape } from './plan.ts';
import { planOf } from './plan-of-vault.ts';
import { FileReach, type Reach } from './reach.ts';
import { type PlaceToProve, RECLAIM_COUNTER, type WrongPlace } from './reclaim-protocol.ts';

const SAMPLE_MS = 100;

/**
 * Moves what is kept of tapes to others and labels them anew. For each tape, each step durable before the next: its chunks lie on other tapes, flushed; they were read
 * back from there; the catalog has their new places; those tapes have their tails; the catalog forgets the old places; the vault's copy of it says so; the
 * tape is labelled anew. After a kill at any of them the next run goes on with what was not noted yet. A tape of which something turns out to be whole nowhere stays.
 * Throws CATALOG_BEHIND, OUT_OF_TAPES, DISK_FULL, IO, VAULT_HELD, CANCELLED.
 */
export const runReclaim = async (
  vault: OpenVault,
  request: ReclaimRequest,
  job: JobControl,
): Promise<ReclaimResult> => {
  vault.demandCurrent();
  vault.demandHeld();
  const judged = await planOf(vault, request);
  const going = judged
    .filter(({ obstacle }) => obstacle === null)
    .toSorted((one, other) => one.moving.bytes - other.moving.bytes);
  const run = new Reclaiming(vault, request, going, job);
  try {
    for (const { tape } of going) await run.reclaim(tape.volume);
  } finally {
    await run.end();
  }
  return run.result(judged, request.tapes !== null);
};

class Reclaiming {
  readonly #vault: OpenVault;
  readonly #job: JobControl;
  readonly #around: Surroundings;
  readonly #ferry: ChunkFerry;
  readonly #reach: Reach;
  readonly #counters: Float64Array;
  readonly #total: number;
  readonly #sampler: NodeJS.Timeout;
  /** Nothing is written to a tape before it was let go of. */
  readonly #spared: ReadonlyMap<string, () => void>;
  /** Chunks that were read from another tape in this run. */
  readonly #proved = new Set<string>();
  /** Tapes that they were read from. */
  readonly #onto = new Set<TapeId>();
  readonly #freed: TapeId[] = [];
  readonly #left = new Map<
    string,
    { readonly obstacle: 'unreadable' | 'unlisted' | 'served' | 'damaged-chunks'; readonly detail: string }
  >();
  readonly #warnings: Warning[] = [];
  #phase = 'looking';
  #chunks = 0;
  #bytes = 0;

  constructor(vault: OpenVault, { isServed }: ReclaimRequest, going: readonly JudgedTape[], job: JobControl) {
    const { library } = vault.vault;
    const sources = going.map(({ tape }) => tape.volume);
    const sets = new Map<string, BlockSetSummary>(catalog.sets(vault.catalog).map((set) => [set.id, set]));
    this.#vault = vault;
    this.#job = job;
    this.#around = { sources: new Set(sources), sets, isServed, headers: true };
    this.#total = going.reduce((sum, { moving }) => sum + moving.bytes, 0);
    const isReal = library.state.settings.changer !== undefined;
    // One drive reads, the others write; of tapes in a changer one does, as none of them is read faster than one is written.
    this.#ferry = new ChunkFerry(vault, sets, isReal ? 1 : Math.max(1, vault.drives.count - 1), job);
    this.#reach = isReal ? new ChangerReach(vault, this.#ferry, job) : new FileReach(vault, this.#ferry);
    this.#spared = new Map(sources.map((volume) => [volume, library.spare([volume])]));
    this.#counters = new Float64Array(this.#ferry.counters);
    this.#sampler = setInterval(() => this.#sample(), SAMPLE_MS);
  }

  /** Moves what is kept of a tape, and labels the tape anew when all of that is on others. */
  async reclaim(volume: TapeId): Promise<void> {
    this.#job.signal.throwIfAborted();
    this.#reach.take(volume);
    const look = await this.#look(this.#vault.vault.library.tape(volume));
    if (look !== null) {
      const moved = await this.#moveAll(volume, look);
      await this.#ferry.land();
      const stays = moved ?? (await this.#settleAll());
      if (stays === null) await this.#letGo(volume, look);
      else this.#left.set(volume, { obstacle: 'damaged-chunks', detail: stays });
    }
    this.#reach.release();
  }

  async end(): Promise<void> {
    clearInterval(this.#sampler);
    this.#sample();
    try {
      await this.#ferry.end();
    } finally {
      // Not before the thread has ended that may still read there.
      this.#reach.release();
      for (const unspare of this.#spared.values()) unspare();
    }
  }

  /** `named`: whether each of the judged tapes was asked for, so that whoever asked hears why it stays. */
  result(judged: readonly JudgedTape[], named: boolean): ReclaimResult {
    const { library } = this.#vault.vault;
    const left = judged.flatMap(({ tape, obstacle, detail }) => {
      const now = this.#left.get(tape.volume) ?? (obstacle === null || !named ? null : { obstacle, detail });
      return now === null ? [] : [{ tape: tape.volume, barcode: tape.barcode, ...now }];
    });
    return {
      freed: this.#freed.map((volume) => tapeView(library.state, library.tape(volume))),
      chunksMoved: this.#chunks,
      bytesMoved: this.#bytes,
      left,
      warnings: [...this.#warnings, ...this.#ferry.warnings],
    };
  }

  async #look(record: TapeRecord): Promise<LookedAt | null> {
    this.#phase = 'looking';
    this.#sample();
    const look = await this.#reach.look(record, this.#around);
    if (look.obstacle === null) return look;
    this.#left.set(record.volume, { obstacle: look.obstacle, detail: look.detail });
    return null;
  }

  /** Resolves with null when everything that is kept of a tape was read from others, else why not. */
  async #moveAll(volume: TapeId, { chunks }: LookedAt): Promise<string | null> {
    const moving = await this.#unproved(chunks);
    return await this.#reach.reading(volume, async () => {
      for (const batch of batches(moving, this.#reach.batchBytes)) {
        const stays = await this.#moveBatch(volume, batch);
        if (stays !== null) return stays;
        await turn();
      }
      return null;
    });
  }

  /** Has the tapes that now hold what is kept their tails, and the library know of them; null, or why that cannot be. */
  async #settleAll(): Promise<string | null> {
    for (const tape of this.#onto) {
      const error = await this.#settle(tape);
      if (error !== null)
        return `Tape ${tape}, which holds what was moved, cannot be put down in order: ${error.message}`;
    }
    return null;
  }

  async #settle(tape: TapeId): Promise<ColdframeError | null> {
    if (this.#ferry.isSettled(tape)) return null;
    const { barcode, writeProtected } = this.#vault.vault.library.tape(tape);
    if (writeProtected) return protectedTape(barcode);
    try {
      const unreached = await this.#reach.settle(tape);
      if (unreached !== null) this.#warnings.push({ ...warningOf(unreached), path: tape });
      return unreached;
    } catch (thrown) {
      const error = asColdframeError(thrown);
      if (error.kind !== 'damaged' && error.code !== 'TAPE_MISMATCH' && error.code !== 'IO') throw error;
      this.#vault.vault.library.noteDamaged(tape, error.message);
      this.#warnings.push({ code: error.code, path: tape, message: error.message });
      return error;
    }
  }

  /** Reads back what lies elsewhere already; gives what does not, or is wrong there. */
  async #unproved(chunks: readonly KeptChunk[]): Promise<KeptChunk[]> {
    this.#phase = 'reading back';
    const places = chunks.flatMap(({ moved: [first] }) => (first === undefined ? [] : [first]));
    const unsettled = new Set<string>();
    for (const tape of new Set(places.map(({ tape }) => tape)))
      if ((await this.#settle(tape)) !== null) unsettled.add(tape);
    const counted = places.filter(({ tape }) => !unsettled.has(tape));
    const { right } = await this.#prove(counted.map((place) => ({ place, checksum: null })));
    this.#noteProved(right);
    return chunks.filter((chunk) => !this.#proved.has(keyOf(chunk)));
  }

  #noteProved(places: readonly ChunkPlace[]): void {
    for (const place of places) {
      this.#proved.add(keyOf(place));
      this.#onto.add(place.tape);
    }
  }

  /** Reads places back, and tells what is wrong with them; gives those that are right, and why one of the others is not. */
  async #prove(
    places: readonly PlaceToProve[],
  ): Promise<{ readonly right: readonly ChunkPlace[]; readonly why: { tape: TapeId; reason: string } | null }> {
    const { wrong, unreached } = await this.#reach.prove(places);
    this.#noteWrong(wrong);
    for (const [tape, error] of unreached) this.#warnings.push({ ...warningOf(error), path: tape });
    const bad = new Set(wrong.map(({ place }) => keyOf(place)));
    const right = places.flatMap(({ place }) => (bad.has(keyOf(place)) || unreached.has(place.tape) ? [] : [place]));
    const [odd] = [
      ...wrong.map(({ place: { tape }, reason }) => ({ tape, reason })),
      ...[...unreached].map(([tape, { message }]) => ({ tape, reason: message })),
    ];
    return { right, why: odd ?? null };
  }

  async #moveBatch(volume: TapeId, batch: readonly KeptChunk[]): Promise<string | null> {
    this.#phase = 'moving';
    this.#sample();
    const { places, wrong, lost } = await this.#reach.move(volume, batch);
    this.#noteWrong(wrong);
    failpoint('reclaim:after-flush');
    this.#phase = 'reading back';
    this.#sample();
    const { right, why } = await this.#prove(places);
    failpoint('reclaim:after-proof');
    this.#vault.demandHeld();
    await this.#vault.writer.addChunks(right.map((place) => ({ place })));
    this.#noteProved(right);
    this.#chunks += right.length;
    this.#bytes += right.reduce((sum, place) => sum + place.payloadBytes, 0);
    const [first] = lost;
    if (first !== undefined)
      return `${lost.length === 1 ? 'A chunk' : `${lost.length} chunks`} on it cannot be read anywhere: chunk ${first.sequence} of set ${first.set.slice(0, 8)} first.`;
    return why === null ? null : `What was written of it to tape ${why.tape} did not come back right: ${why.reason}`;
  }

  async #letGo(volume: TapeId, { chunks }: LookedAt): Promise<void> {
    this.#vault.demandHeld();
    await this.#reach.demandGone(volume);
    const kept = [...chunks, ...catalog.chunksOn(this.#vault.catalog, volume)];
    if (!kept.every((chunk) => this.#proved.has(keyOf(chunk)))) throw notAllProved(volume);
    if (this.#isServed(volume, kept)) return;
    await this.#vault.writer.leaveTape({ tape: volume, run: randomId(), at: Date.now() });
    const damaged = catalog.DamagedChunks.of(this.#vault.catalogFile).chunks.filter(({ tape }) => tape === volume);
    if (damaged.length > 0) this.#warnings.push(...catalog.DamagedChunks.note(this.#vault.catalogFile, [], damaged));
    await this.#vault.renewCatalogCopy();
    failpoint('reclaim:after-publish');
    this.#vault.demandHeld();
    // What is served since knows the old places.
    if (this.#isServed(volume, kept)) return;
    await this.#reach.relabel(volume);
    this.#spared.get(volume)?.();
    this.#freed.push(volume);
  }

  /** Whether something on a tape is served as a disk by now; then it stays. */
  #isServed(volume: TapeId, chunks: readonly Pick<ChunkPlace, 'set'>[]): boolean {
    const { isServed, sets } = this.#around;
    const served = [...new Set(chunks.map(({ set }) => set))]
      .map((id) => sets.get(id))
      .find((set) => set !== undefined && isServed(set));
    if (served === undefined) return false;
    const detail = `Set ${served.id.slice(0, 8)} of ${served.object.name} is served.`;
    this.#left.set(volume, { obstacle: 'served', detail });
    return true;
  }

  /** Damage that was found on the way is known from now on, and told. */
  #noteWrong(wrong: readonly WrongPlace[]): void {
    if (wrong.length === 0) return;
    const found = wrong.map(({ place: { set, sequence, tape, kind, block } }) => ({
      set,
      sequence,
      tape,
      kind,
      block,
    }));
    this.#warnings.push(
      ...catalog.DamagedChunks.note(this.#vault.catalogFile, found, []),
      ...countErrors(this.#vault, found),
    );
    for (const { place, reason } of wrong)
      this.#warnings.push({
        code: 'TAPE_DAMAGED',
        path: place.tape,
        message: `chunk ${place.sequence} of set ${place.set} is damaged there: ${reason}`,
      });
  }

  #sample(): void {
    const moved = this.#counters[RECLAIM_COUNTER.moved] as number;
    this.#job.report({
      phase: this.#phase,
      elementsDone: 0,
      elementsTotal: null,
      bytesRead: moved,
      bytesStored: this.#bytes,
      bytesTotal: this.#total,
    });
  }
}

function* batches(chunks: readonly KeptChunk[], bytes: number): Generator<KeptChunk[]> {
  let batch: KeptChunk[] = [];
  let size = 0;
  for (const chunk of chunks) {
    batch.push(chunk);
    size += chunk.payloadBytes;
    if (size < bytes) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield batch;
}

const warningOf = ({ code, message }: ColdframeError): Pick<Warning, 'code' | 'message'> => ({ code, message });

const notAllProved = (volume: TapeId): ColdframeError =>
  new ColdframeError('TAPE_NEEDED', {
    message: `Tape ${volume} holds chunks that were not read from another tape in this run. It stays as it is.`,
    guidance: 'Run it again, and report this with the log.',
    context: { tape: volume },
  });

const protectedTape = (barcode: string): ColdframeError =>
  new ColdframeError('TAPE_PROTECTED', {
    message: `Tape ${barcode} has no tail yet and is write-protected.`,
    guidance: 'Unprotect it, then run it again.',
    context: { tape: barcode },
  });
