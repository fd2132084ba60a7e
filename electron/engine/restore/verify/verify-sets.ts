import { DatabaseSync } from 'node:sqlite';
import { asColdframeError, ColdframeError } from '../../../../shared/errors.ts';
import type { ChunkPlace } from '../../../../shared/model/block-set.ts';
import type { DamagedChunk, DamagedChunks } from '../../catalog/index.ts';
import type { ChannelNews } from '../../mover/channel.ts';
import { RunControl, type SharedRunControl } from '../../mover/run-control.ts';
import { CallingThread } from '../execute/calling-thread.ts';
import type { DriveFailure } from '../execute/failed-drives.ts';
import type { Damage } from '../execute/outcome.ts';
import { namesInThread } from '../execute/plan-thread.ts';
import type { RestoreDrives } from '../execute/restore-drives.ts';
import { Slots } from '../execute/slots.ts';
import { TapeChannel } from '../execute/tape-channel.ts';
import type { FilledSlot, UnitKeys } from '../execute/thread-protocol.ts';
import { WantedTapes } from '../execute/wanted-tapes.ts';
import type { VerifierAnswer, VerifierRequest } from './verifier.ts';
import { blocksOn, chunkKey, otherTapes, placesOn, type VerifyOrder, type VerifyPlan } from './verify-plan.ts';

export interface VerifyOptions {
  readonly keys: UnitKeys;
  readonly drives: RestoreDrives;
  readonly control: SharedRunControl;
  readonly signal: AbortSignal;
  /** Threads that check, at most. */
  readonly checkers: number;
  /** Tapes that are at hand. */
  readonly present: readonly string[];
  /** What earlier ones found. */
  readonly known: DamagedChunks;
  readonly onProgress?: (progress: { chunks: number; bytes: number }) => void;
  readonly onChannel?: (news: ChannelNews) => void;
  /** A chunk was read and its content is not what it was. Whether it is whole elsewhere is known at the end. */
  readonly onWrong?: (place: ChunkPlace) => void;
  /** A chunk was read, in this drive. */
  readonly onRead?: (drive: number, place: ChunkPlace) => void;
}

export interface VerifyOutcome {
  readonly chunks: number;
  readonly bytes: number;
  /** What lies on tapes that are missing is in it, too. */
  readonly damaged: readonly VerifiedDamage[];
  /** Tapes with places of chunks that are damaged, and lie right beside on the same tape: nothing is lost. */
  readonly rightBeside: readonly string[];
  /** Tapes that could not be read at all, with the number of chunks that were wanted of them. */
  readonly missing: readonly MissingTape[];
  /** Chunks whose content is not what it was; those that were not there to be read are none. */
  readonly wrong: readonly DamagedChunk[];
  /** Chunks that were known to be damaged, and are right. */
  readonly right: readonly DamagedChunk[];
  /** Tapes of which every place of the plan was read and is right. */
  readonly rightTapes: readonly string[];
  /** Tapes on which a place is wrong, or could not be read. */
  readonly wrongTapes: readonly string[];
  /** Drives that failed; what they did not read was read in others. */
  readonly driveFailures: readonly DriveFailure[];
}

export interface VerifiedDamage extends Damage {
  /** Other tapes that hold the same chunk, where it was read and is right: nothing of it is lost. */
  readonly wholeOn: readonly string[];
}

export interface MissingTape {
  readonly tape: string;
  readonly chunks: number;
  /** Whether it is not in the vault; otherwise it is there and cannot be read. */
  readonly away: boolean;
}

const SPARE_BYTES = 4096;
const LISTED_ELEMENTS = 10_000;
/** To bring a second thread to life takes as long as one needs to check this much. */
const BYTES_WORTH_A_THREAD = 16 << 20;

/**
 * Reads every chunk of a plan back: framing, checksums, seals, and the digest of every extent. Every tape is mounted
 * once, on all drives in parallel; what a drive did not read because it failed is read in another one. Damage and missing tapes are findings; rejects with
 * CANCELLED, IO, THREAD_DIED, and with the error of a drive where drives fail with a tape as often as it is tried.
 */
export const verifySets = async (
  plan: VerifyPlan,
  order: VerifyOrder,
  options: VerifyOptions,
): Promise<VerifyOutcome> => {
  const verification = new Verification(plan, options);
  try {
    const found = await verification.run();
    return { ...found, damaged: await named(found.damaged, order) };
  } finally {
    await verification.close();
  }
};

/** A chunk with damage; `elements` is null while they are to be looked up in the catalog. */
type Found = Omit<VerifiedDamage, 'elements'> & { readonly elements: readonly string[] | null };

/** Names what lies in chunks that cannot say it themselves. */
const named = async (damaged: readonly Found[], { catalog, sets, control }: VerifyOrder): Promise<VerifiedDamage[]> => {
  const unnamed = damaged.filter(({ elements }) => elements === null).map(({ set, chunk }) => chunkKey(set, chunk));
  const names = unnamed.length === 0 ? null : await namesInThread({ catalog, sets, chunks: unnamed, control });
  return damaged.map((each) => ({
    ...each,
    elements: each.elements ?? names?.get(chunkKey(each.set, each.chunk)) ?? [],
  }));
};

class Verification {
  readonly #plan: VerifyPlan;
  readonly #options: VerifyOptions;
  readonly #control: RunControl;
  readonly #db: DatabaseSync;
  readonly #slots: Slots;
  readonly #channels: TapeChannel[] = [];
  readonly #checkers: readonly CallingThread<VerifierRequest, VerifierAnswer>[];
  readonly #running = new Set<Promise<void>>();
  readonly #wanted: WantedTapes<ChunkPlace>;
  readonly #wholeMetadata: ReadonlySet<string>;
  readonly #damaged: Found[] = [];
  /** Tapes that could not be read, and whether they are not in the vault. */
  readonly #unread = new Map<string, boolean>();
  readonly #wrong: DamagedChunk[] = [];
  readonly #right: DamagedChunk[] = [];
  /** Tapes that were read to their end. */
  readonly #readThrough = new Set<string>();
  readonly #wrongTapes = new Set<string>();
  /** Chunks that are not right somewhere, with what they hold. */
  readonly #found: { readonly place: ChunkPlace; readonly elements: readonly string[] | null }[] = [];
  readonly #notRight = new Set<string>();
  #listed = 0;
  #chunks = 0;
  #bytes = 0;
  readonly #failed = new AbortController();
  #failure: unknown = null;

  constructor(plan: VerifyPlan, options: VerifyOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#control = new RunControl(options.control);
    this.#db = new DatabaseSync(plan.file, { readOnly: true });
    this.#wholeMetadata = new Set(plan.wholeMetadata);
    const tapes = plan.tapes.filter((tape) => options.present.includes(tape));
    this.#wanted = new WantedTapes(options.drives, AbortSignal.any([options.signal, this.#failed.signal]), {
      rowsOn: (tape) => placesOn(this.#db, tape),
      mounted: () => undefined,
      read: async (channel, place) => await this.#readChunk(channel, place),
      unusable: async (tape, { code }) => {
        this.#unread.set(tape, code === 'NO_SUCH_TAPE' || code === 'TAPE_MISMATCH');
      },
      // Its other copies say nothing of this one, and that it was not read says nothing of it.
      unread: async (_, error) => {
        throw error;
      },
      readThrough: (tape) => this.#readThrough.add(tape),
      demandGoingOn: () => this.#throwFailure(),
    });
    this.#wanted.add(tapes);
    const channels = Math.min(options.drives.count, tapes.length);
    const checkers = Math.max(1, Math.min(options.checkers, plan.chunks, Math.ceil(plan.bytes / BYTES_WORTH_A_THREAD)));
    this.#slots = new Slots(checkers + channels, plan.payloadBytes + SPARE_BYTES);
    const setup = { keys: options.keys, control: options.control };
    this.#checkers = Array.from({ length: checkers }, () => new CallingThread('restore-verifier', setup));
    for (let number = 0; number < channels; number += 1)
      this.#channels.push(new TapeChannel(number, null, options.drives, options.onChannel ?? (() => undefined)));
  }

  async run(): Promise<Omit<VerifyOutcome, 'damaged'> & { damaged: readonly Found[] }> {
    try {
      await Promise.all(
        this.#channels.map(async (channel) => await this.#wanted.readOn(channel).catch((error) => this.#fail(error))),
      );
      this.#throwFailure();
      for (const tape of this.#plan.tapes) if (!this.#options.present.includes(tape)) this.#unread.set(tape, true);
      for (const { set, sequence } of this.#plan.lost)
        this.#damaged.push({ tape: '', chunk: sequence, set, elements: null, wholeOn: [] });
    } catch (thrown) {
      this.#fail(thrown);
    }
    while (this.#running.size > 0) await Promise.all(this.#running);
    if (this.#failure !== null) throw asColdframeError(this.#failure);
    const rightBeside = new Set<string>();
    for (const { place, elements } of this.#found)
      if (this.#isRightBeside(place)) rightBeside.add(place.tape);
      else this.#note(place, elements);
    const missing = [...this.#unread].flatMap(([tape, away]) => this.#missing(tape, away));
    const [damaged, wrong, right] = [this.#damaged, this.#wrong, this.#right];
    const [chunks, bytes, wrongTapes] = [this.#chunks, this.#bytes, [...this.#wrongTapes]];
    const rightTapes = [...this.#readThrough].filter((tape) => !this.#wrongTapes.has(tape));
    const found = { damaged, missing, wrong, right, rightTapes, wrongTapes };
    const driveFailures = this.#wanted.failed.failures;
    return { chunks, bytes, ...found, rightBeside: [...rightBeside], driveFailures };
  }

  async close(): Promise<void> {
    await Promise.all(this.#channels.map(async (channel) => await channel.close()));
    await Promise.all(this.#checkers.map(async (checker) => await checker.close({ kind: 'close' })));
    this.#db.close();
  }

  async #readChunk(channel: Pick<TapeChannel, 'drive' | 'read'>, place: ChunkPlace): Promise<void> {
    await this.#control.passage();
    this.#throwFailure();
    const memory = await this.#slots.take();
    try {
      const slot = await channel.read(0, place, false, memory);
      if (channel.drive !== null) this.#options.onRead?.(channel.drive, place);
      this.#launch(place, slot, () => this.#slots.giveBack(memory));
    } catch (error) {
      this.#slots.giveBack(memory);
      throw error;
    }
  }

  /** The parts of a set's metadata belong together: they go to one thread, in order. */
  #launch(place: ChunkPlace, slot: FilledSlot, after: () => void): void {
    const { set, sequence, kind } = place;
    const metadata = kind === 'metadata';
    const stream = metadata && this.#wholeMetadata.has(set);
    const checker = stream
      ? this.#checkers[Number.parseInt(set.slice(0, 6), 16) % this.#checkers.length]
      : this.#checkers.reduce((least, each) => (each.waiting < least.waiting ? each : least));
    if (checker === undefined) throw new RangeError('there is no thread to check chunks');
    const run: Promise<void> = checker
      .call({ kind: 'chunk', set, sequence, metadata, stream, slot })
      .then((answer) => this.#hear(answer, place, slot.unread))
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#running.delete(run);
        after();
      });
    this.#running.add(run);
  }

  #hear(answer: VerifierAnswer, place: ChunkPlace, unread: boolean): void {
    const { tape, sequence, set, kind, block, payloadBytes } = place;
    if (answer.kind === 'failed') throw ColdframeError.fromData(answer.error);
    const { reasons, elements } = answer.finding;
    this.#chunks += 1;
    this.#bytes += payloadBytes;
    this.#options.onProgress?.({ chunks: this.#chunks, bytes: this.#bytes });
    const chunk = { set, sequence, tape, kind, block };
    if (reasons.length === 0) {
      if (this.#options.known.lists(chunk)) this.#right.push(chunk);
      return;
    }
    this.#wrongTapes.add(tape);
    if (!unread) {
      this.#wrong.push(chunk);
      this.#options.onWrong?.(place);
    }
    this.#notRight.add(`${chunkKey(set, sequence)} ${tape} ${block}`);
    const listed = elements?.slice(0, LISTED_ELEMENTS - this.#listed) ?? null;
    this.#listed += listed?.length ?? 0;
    this.#found.push({ place, elements: listed });
  }

  #note({ tape, set, sequence }: ChunkPlace, elements: readonly string[] | null): void {
    this.#damaged.push({ tape, chunk: sequence, set, elements, wholeOn: this.#wholeOn(tape, set, sequence) });
  }

  /** Whether content lies on the same tape once more, and was read right there: a chunk of which one place was damaged was moved onto it. */
  #isRightBeside({ tape, set, sequence, kind }: ChunkPlace): boolean {
    return kind === 'data' && this.#isRightOn(tape, set, sequence);
  }

  /** Other tapes on which a chunk was read by this verification, and is right. */
  #wholeOn(tape: string, set: string, sequence: number): string[] {
    return otherTapes(this.#db, tape, set, sequence).filter(
      (other) => this.#readThrough.has(other) && this.#isRightOn(other, set, sequence),
    );
  }

  #isRightOn(tape: string, set: string, sequence: number): boolean {
    return blocksOn(this.#db, tape, set, sequence).some(
      (block) => !this.#notRight.has(`${chunkKey(set, sequence)} ${tape} ${block}`),
    );
  }

  /**
   * Nothing on a tape that is not there can be read; what lies on another one that could be is read there. Of one that is there and cannot be read
   * all is named, since it is that tape which is damaged.
   */
  #missing(tape: string, away: boolean): MissingTape[] {
    let chunks = 0;
    for (const place of placesOn(this.#db, tape)) {
      const { set, sequence, kind } = place;
      if (away && otherTapes(this.#db, tape, set, sequence).some((other) => this.#isAtHand(other))) continue;
      this.#note(place, kind === 'metadata' ? [] : null);
      chunks += 1;
    }
    return chunks > 0 ? [{ tape, chunks, away }] : [];
  }

  /** Whether a tape is here and can be read, in this verification or in the part before it. */
  #isAtHand(tape: string): boolean {
    return this.#options.present.includes(tape) && !this.#unread.has(tape);
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
}
