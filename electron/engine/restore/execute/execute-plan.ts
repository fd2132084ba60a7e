import { asColdframeError } from '../../../../shared/errors.ts';
import type { ChunkPlace } from '../../../../shared/model/block-set.ts';
import { destinationFiles } from '../../../platform/destination-files.ts';
import type { ChannelNews } from '../../mover/channel.ts';
import { RunControl, type SharedRunControl } from '../../mover/run-control.ts';
import { mountOrder } from '../plan/mount-order.ts';
import { PlanStore } from '../plan/plan-store.ts';
import { refuseConflicts } from '../plan/refuse-conflicts.ts';
import type { RestorePlan } from '../plan/restore-plan.ts';
import { prepareRoot } from '../write/destination.ts';
import type { WriteReport } from '../write/write-notes.ts';
import { type ChunkRow, chunksOn } from './chunk-rows.ts';
import { Outcome, type RestoreOutcome } from './outcome.ts';
import type { RestoreDrives } from './restore-drives.ts';
import { SecondPlaces } from './second-places.ts';
import { Slots } from './slots.ts';
import { TapeChannel } from './tape-channel.ts';
import type { UnitKeys, WriterRequest } from './thread-protocol.ts';
import { WantedTapes } from './wanted-tapes.ts';
import { WriterPool } from './writer-pool.ts';

export interface ExecuteOptions {
  readonly keys: UnitKeys;
  readonly drives: RestoreDrives;
  /** Paused, resumed and cancelled by the caller. */
  readonly control: SharedRunControl;
  /** Aborted together with `control`: ends waiting for a drive. */
  readonly signal: AbortSignal;
  /** Threads that write. */
  readonly writers: number;
  readonly onProgress?: (progress: { phase: string; elements: number; bytes: number }) => void;
  readonly onChannel?: (news: ChannelNews) => void;
  /** A chunk was read, in this drive. */
  readonly onRead?: (drive: number, place: ChunkPlace) => void;
}

/** Elements without content that are made in one go. */
const PLAIN_BATCH = 2000;
/** Frames of units that are not wanted pass through memory behind what is. */
const SPARE_BYTES = 4096;
/** A chunk of which less than this part is wanted is read unit by unit. */
const SPARSE_PART = 0.25;

/**
 * Executes a plan: every tape is mounted once and read in the order in which its chunks lie, on all drives in parallel. What a drive did not read
 * because it failed is read in another one, or from other tapes; where neither can be, the rest goes on.
 * Rejects when nothing more can be done (cancelled, destination full or broken); what stands at its final name by then
 * is whole, no temporary file is left, and the same restore can be run again to go on. Damage does not reject.
 */
export const executePlan = async (plan: RestorePlan, options: ExecuteOptions): Promise<RestoreOutcome> => {
  refuseConflicts(plan);
  prepareRoot(destinationFiles(plan.destination.layer), plan.destination.root);
  const execution = new Execution(plan, options);
  let outcome: RestoreOutcome;
  try {
    outcome = await execution.run();
  } catch (error) {
    // What ended the restore says more than what fails while all is closed.
    await execution.close().catch(() => undefined);
    throw error;
  }
  await execution.close();
  return outcome;
};

/** Threads that have something to do: a restore of one file needs no second one. */
const writersFor = ({ tapes, lostChunks, work }: RestorePlan, most: number): number => {
  const chunks = tapes.reduce((sum, tape) => sum + tape.chunks, lostChunks);
  const plain = work.plain ? Math.ceil(work.elementsEnd / PLAIN_BATCH) : 0;
  return Math.max(1, Math.min(most, chunks + plain));
};

class Execution {
  readonly #plan: RestorePlan;
  readonly #options: ExecuteOptions;
  readonly #control: RunControl;
  readonly #store: PlanStore;
  readonly #writers: WriterPool;
  readonly #slots: Slots;
  readonly #channels: TapeChannel[] = [];
  readonly #outcome = new Outcome();
  /** Elements of which some pieces are there and some are not. */
  readonly #partial = new Map<number, { left: number; sound: boolean }>();
  readonly #wanted: WantedTapes<ChunkRow>;
  readonly #second: SecondPlaces;
  /** Of the second and later rounds: the chunks of each tape; null in the first, when all of the plan are read. */
  #round: Map<string, ChunkRow[]> | null = null;
  readonly #running = new Set<Promise<void>>();
  readonly #failed = new AbortController();
  #failure: unknown = null;
  #phase = 'restoring';
  readonly #ticker: NodeJS.Timeout;

  constructor(plan: RestorePlan, options: ExecuteOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#control = new RunControl(options.control);
    this.#store = PlanStore.open(plan.file);
    this.#second = new SecondPlaces(this.#store);
    this.#wanted = new WantedTapes(options.drives, AbortSignal.any([options.signal, this.#failed.signal]), {
      rowsOn: (tape) => this.#rowsOn(tape),
      mounted: (tape, drive) => this.#outcome.mounted(tape, drive),
      read: async (channel, row) => await this.#readChunk(channel, row),
      unusable: async (tape, error, rows) => {
        this.#outcome.unusable(tape, error);
        await this.#loseOrPutOff(rows, error.message);
      },
      unread: async (_, { message }, rows) => await this.#loseOrPutOff(rows, message),
      readThrough: () => undefined,
      demandGoingOn: () => this.#throwFailure(),
    });
    const tapes = mountOrder(plan).map(({ tape }) => tape);
    this.#wanted.add(tapes);
    const channels = Math.min(options.drives.count, tapes.length);
    const writers = writersFor(plan, options.writers);
    // One more than are written from: it is read into meanwhile.
    this.#slots = new Slots(writers + 1, plan.work.payloadBytes + SPARE_BYTES);
    const { id, file, destination } = plan;
    const setup = { plan: { id, file, destination }, keys: options.keys, control: options.control };
    this.#writers = new WriterPool(writers, setup, (report, request) => this.#hear(report, request));
    for (let number = 0; number < channels; number += 1)
      this.#channels.push(new TapeChannel(number, file, options.drives, options.onChannel ?? (() => undefined)));
    this.#ticker = setInterval(() => this.#tell(), 250);
  }

  async run(): Promise<RestoreOutcome> {
    try {
      await this.#writers.run({ kind: 'leftovers' });
      await this.#content();
      await this.#ending();
    } catch (thrown) {
      this.#fail(thrown);
    }
    await this.#settled();
    if (this.#failure !== null) {
      await this.#takeBack();
      throw asColdframeError(this.#failure);
    }
    this.#tell();
    return this.#outcome.result(this.#writers.progress().bytes, this.#wanted.failed.failures);
  }

  async close(): Promise<void> {
    clearInterval(this.#ticker);
    const closed = await Promise.allSettled(this.#channels.map(async (channel) => await channel.close()));
    await this.#writers.close();
    this.#second.close();
    this.#store.close();
    for (const each of closed) if (each.status === 'rejected') throw each.reason;
  }

  /** Everything with content and everything without, in parallel. */
  async #content(): Promise<void> {
    const { plain, elementsEnd } = this.#plan.work;
    for (let from = 1; plain && from < elementsEnd; from += PLAIN_BATCH)
      await this.#start({ kind: 'plain', from, to: from + PLAIN_BATCH });
    await this.#onAllChannels();
    for (let round = this.#second.next(); round.size > 0; round = this.#second.next()) {
      this.#round = round;
      this.#wanted.add(round.keys());
      await this.#onAllChannels();
    }
    const { failure } = this.#wanted.failed;
    if (failure !== null) throw failure;
    for (const { tape, present } of this.#plan.tapes)
      if (!present) await this.#lose(chunksOn(this.#store, tape), `tape ${tape} is not in the vault`);
    if (this.#plan.lostChunks > 0) await this.#lose(chunksOn(this.#store, null), 'no tape is known that holds it');
    await this.#settled();
    this.#throwFailure();
  }

  async #onAllChannels(): Promise<void> {
    // One that fails does not leave the others behind: they would start something when all is taken back.
    await Promise.all(
      this.#channels.map(async (channel) => await this.#wanted.readOn(channel).catch((error) => this.#fail(error))),
    );
    this.#throwFailure();
  }

  /** The chunks that are wanted of a tape in this round. */
  #rowsOn(tape: string): Iterable<ChunkRow> {
    return this.#round === null ? chunksOn(this.#store, tape) : (this.#round.get(tape) ?? []);
  }

  /** What only makes sense when all content is there. */
  async #ending(): Promise<void> {
    const { displaced } = this.#outcome;
    if (this.#plan.work.links) await this.#writers.run({ kind: 'links', displaced });
    this.#phase = 'attributes';
    await this.#writers.run({ kind: 'directories' });
    await this.#writers.run({ kind: 'flags', displaced });
    this.#phase = 'making durable';
    await this.#writers.run({ kind: 'sync' });
  }

  async #readChunk(channel: Pick<TapeChannel, 'drive' | 'read'>, row: ChunkRow): Promise<void> {
    await this.#control.passage();
    this.#throwFailure();
    const { id, place, wanted } = row;
    // Only a whole payload has a checksum: it is what tells to look for another copy.
    const sparse = this.#round === null && wanted < place.payloadBytes * SPARSE_PART && !this.#second.has(row);
    const memory = await this.#slots.take();
    let slot: Awaited<ReturnType<TapeChannel['read']>>;
    try {
      this.#throwFailure();
      slot = await channel.read(id, place, sparse, memory);
      if (channel.drive !== null) this.#options.onRead?.(channel.drive, place);
    } catch (error) {
      this.#slots.giveBack(memory);
      throw error;
    }
    try {
      if ((slot.damage !== null || slot.lost !== null) && this.#second.take(row)) {
        await this.#second.keep(row, slot);
        this.#slots.giveBack(memory);
        this.#outcome.putOff(place, slot.unread);
        return;
      }
      slot = await this.#second.complete(row, slot);
    } catch (error) {
      this.#slots.giveBack(memory);
      throw error;
    }
    const { set, sequence, tape, block } = place;
    this.#launch({ kind: 'chunk', chunk: id, tape, block, set, sequence, slot }, () => this.#slots.giveBack(memory));
  }

  /** What lies nowhere else at hand is lost. */
  async #loseOrPutOff(chunks: Iterable<ChunkRow>, reason: string): Promise<void> {
    for (const row of chunks) {
      if (this.#second.take(row)) this.#outcome.putOff(row.place, true);
      else await this.#lose([row], reason);
    }
  }

  /** Reports what lies in chunks that cannot be read. */
  async #lose(chunks: Iterable<ChunkRow>, reason: string): Promise<void> {
    const slot = { memory: new SharedArrayBuffer(0), length: 0, lost: reason, damage: null, unread: true };
    for (const { id, place } of chunks) {
      const { set, sequence, tape, block } = place;
      this.#throwFailure();
      await this.#start({ kind: 'chunk', chunk: id, tape, block, set, sequence, slot });
    }
  }

  /** Starts a request; waits while the writers have plenty to do. */
  async #start(request: WriterRequest): Promise<void> {
    await this.#control.passage();
    this.#throwFailure();
    this.#launch(request, () => undefined);
    while (this.#running.size >= this.#options.writers * 2) await Promise.race(this.#running);
  }

  #launch(request: WriterRequest, after: () => void): void {
    const run: Promise<void> = this.#writers
      .run(request)
      .then(() => this.#concluded(request))
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#running.delete(run);
        after();
      });
    this.#running.add(run);
  }

  #hear(report: WriteReport, request: WriterRequest): void {
    this.#outcome.add(report, request.kind === 'chunk' ? request : null);
    const whole: number[] = [];
    const broken: number[] = [];
    for (const { element, pieces, sound } of report.partial) {
      const known = this.#partial.get(element) ?? { left: pieces, sound: true };
      const now = { left: known.left - 1, sound: known.sound && sound };
      this.#partial.set(element, now);
      if (now.left > 0) continue;
      (now.sound ? whole : broken).push(element);
    }
    if (this.#failure !== null) return;
    if (whole.length > 0) this.#launch({ kind: 'finish', elements: whole }, () => undefined);
    if (broken.length > 0) this.#launch({ kind: 'discard', elements: broken }, () => undefined);
  }

  /** Until its last step ended well, an element is half done. */
  #concluded(request: WriterRequest): void {
    if (request.kind !== 'finish' && request.kind !== 'discard') return;
    for (const element of request.elements) this.#partial.delete(element);
  }

  /** The first failure counts; the others are its echoes. */
  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#control.cancel();
    this.#failed.abort();
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  async #settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Removes what is half done. That it cannot be removed is no news beside the failure itself. */
  async #takeBack(): Promise<void> {
    const elements = [...this.#partial.keys()];
    if (elements.length > 0) await this.#writers.run({ kind: 'discard', elements }).catch(() => undefined);
  }

  #tell(): void {
    this.#options.onProgress?.({ phase: this.#phase, ...this.#writers.progress() });
  }
}
