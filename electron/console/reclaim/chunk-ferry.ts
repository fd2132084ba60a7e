import { setTimeout as sleep } from 'node:timers/promises';
import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary, ChunkPlace, Warning } from '../../../shared/model/block-set.ts';
import type { TapeId } from '../../../shared/units.ts';
import { type Catalog, chunksOn } from '../../engine/catalog/index.ts';
import { CallingThread } from '../../engine/restore/execute/calling-thread.ts';
import type { ReadAccess } from '../../engine/tape/tape-reader.ts';
import { ChunkLedger } from '../backup/chunk-ledger.ts';
import type { DriveJob } from '../backup/drives.ts';
import { goneOn } from '../backup/gone-on.ts';
import { JobSwitch } from '../restore/job-switch.ts';
import type { JobControl } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import { keyOf } from './chunk-key.ts';
import type { KeptChunk } from './look-at-tape.ts';
import {
  type PlaceToProve,
  RECLAIM_COUNTERS,
  type ReclaimAnswer,
  type ReclaimRequest,
  type ReclaimSetup,
  type WrongPlace,
} from './reclaim-protocol.ts';
import type { TapeTold } from './told-by-tape.ts';

export interface Ferried {
  /** Where chunks lie now, durable and not yet read back. */
  readonly places: readonly PlaceToProve[];
  readonly wrong: readonly WrongPlace[];
  /** Chunks that are whole in none of their places. */
  readonly lost: readonly ChunkPlace[];
}

type AnswerTo<Kind extends ReclaimAnswer['kind']> = Extract<ReclaimAnswer, { kind: Kind }>;
/**
 * Takes chunks from tape to tape: a thread reads and checks them into staging, the drives write them as they do those of any job, a job of the drives for each set. What
 * goes wrong, in whatever thread, ends every wait. End it.
 */
export class ChunkFerry {
  readonly counters = new SharedArrayBuffer(RECLAIM_COUNTERS * 8);
  readonly #late: Warning[] = [];
  /** How many drives and tapes had failed before. */
  readonly #setbacksBefore: number;
  readonly #vault: OpenVault;
  readonly #sets: ReadonlyMap<string, BlockSetSummary>;
  readonly #switch: JobSwitch;
  readonly #thread: CallingThread<ReclaimRequest, ReclaimAnswer>;
  readonly #streams: number;
  readonly #jobs = new Map<string, DriveJob>();
  readonly #failed = Promise.withResolvers<never>();
  readonly #signal: AbortSignal;
  readonly #abort = (): void => this.#failed.reject(cancelled());
  readonly #durable = new Map<string, ChunkPlace>();
  #asked: Promise<unknown> = Promise.resolve();
  readonly #ledger = new ChunkLedger(
    async (chunks) => {
      for (const { place } of chunks) this.#durable.set(keyOf(place), place);
    },
    (error) => this.#failed.reject(error),
  );

  /** Drives and tapes that failed, and what went wrong after all was durable. */
  get warnings(): readonly Warning[] {
    return [...this.#vault.drives.setbacks.slice(this.#setbacksBefore).map(goneOn), ...this.#late];
  }

  /** `streams`: drives that write, the first ones. */
  constructor(vault: OpenVault, sets: ReadonlyMap<string, BlockSetSummary>, streams: number, job: JobControl) {
    this.#vault = vault;
    this.#setbacksBefore = vault.drives.setbacks.length;
    this.#sets = sets;
    this.#switch = new JobSwitch(job);
    this.#signal = job.signal;
    this.#failed.promise.catch(() => undefined);
    job.signal.addEventListener('abort', this.#abort, { once: true });
    if (job.signal.aborted) this.#abort();
    job.picture.lanes(vault.drives.lanes);
    this.#streams = streams;
    this.#thread = new CallingThread('reclaim', {
      vault: vault.vault.id,
      vaultKey: vault.keys?.exportKey() ?? null,
      staging: vault.drives.staging,
      control: this.#switch.control,
      streams: this.#streams,
      counters: this.counters,
    } satisfies ReclaimSetup);
  }

  /** Asks a tape of a changer, in its drive, what lies on it. Rejects with CANCELLED, TAPE_MISMATCH, TAPE_DAMAGED, and as of a drive. */
  async tell(tape: TapeId): Promise<TapeTold> {
    const access = this.#vault.vault.access(tape, this.#vault.keys);
    return (await this.#ask('told', { kind: 'tell', access })).told;
  }

  /** Writes chunks to the tapes that the drives choose; durable when it resolves. Rejects with CANCELLED, OUT_OF_TAPES, DISK_FULL, IO, CHUNK_LOST. */
  async move(chunks: readonly KeptChunk[]): Promise<Ferried> {
    const before = this.#ledger.count;
    const toMove = chunks.map(({ set, places }) => ({ job: this.#jobOf(set).number, places }));
    for (const job of this.#jobs.values()) this.#vault.drives.need(job, chunks.length);
    const access = this.#accessTo(chunks.flatMap(({ places }) => places));
    const { read, wrong, lost } = await this.#ask('moved', { kind: 'move', chunks: toMove, access });
    do {
      await this.#unlessFailed(this.#ledger.reached(before + read.length));
      await this.#unlessFailed(this.#vault.drives.flush());
      // What a drive lost that failed meanwhile is on its way to another one.
    } while (this.#ledger.count < before + read.length);
    await this.#unlessFailed(this.#ledger.settled());
    const places = read.map(({ from, checksum }) => ({
      place: this.#durable.get(keyOf(from)) ?? chunkLost(from),
      checksum,
    }));
    this.#durable.clear();
    return { places, wrong, lost };
  }

  /** Reads places back and checks what lies there; gives those that are wrong. */
  async prove(places: readonly PlaceToProve[]): Promise<readonly WrongPlace[]> {
    if (places.length === 0) return [];
    const access = this.#accessTo(places.map(({ place }) => place));
    return (await this.#ask('proved', { kind: 'prove', places, access })).wrong;
  }

  /** Gives a tape its tail, and has the library know what is on it: a kill, or a disk that failed, left it without. No job has it. Rejects with TAPE_DAMAGED, IO. */
  async settle(tape: TapeId): Promise<void> {
    const { vault, keys, catalog: store } = this.#vault;
    const sets = [...this.#sets.values()].map(({ state, ...set }) => ({
      ...noteOf(set),
      complete: state === 'complete',
    }));
    const expectChunks = lastSequenceOn(store, tape) + 1;
    const access = vault.access(tape, keys);
    const { summary } = await this.#ask('settled', { kind: 'settle', tape: access, expectChunks, sets });
    vault.demandHeld();
    vault.library.noteWritten(tape, summary);
  }

  /** Whether the library knows of everything that the catalog lists on a tape: it was put down in order since. */
  isSettled(tape: TapeId): boolean {
    const end = [...chunksOn(this.#vault.catalog, tape)].reduce((last, { offset }) => Math.max(last, offset), 0);
    return this.#vault.vault.library.tape(tape).usedBytes > end;
  }

  /** Takes the tapes out of the drives, with their tails. Chunks can be moved again afterwards. */
  async land(): Promise<void> {
    for (const [set, job] of Array.from(this.#jobs)) {
      this.#jobs.delete(set);
      for (const { context, message } of await this.#vault.drives.leave(job)) {
        const left = `the tape was left without its tail, and all that is on it can be read: ${message}`;
        this.#late.push({ code: 'TAIL_MISSING', path: String(context.tape ?? ''), message: left });
      }
    }
  }

  /** Ends the thread, then lets go of the drives: what it filled is gone by then. */
  async end(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#abort);
    this.#switch[Symbol.dispose]();
    await this.#thread.end();
    await this.land();
  }

  #jobOf(set: string): DriveJob {
    const known = this.#jobs.get(set);
    if (known !== undefined) return known;
    const summary = this.#sets.get(set);
    if (summary === undefined) throw new RangeError(`set ${set} is not in the catalog`);
    const { id, object, level, parent, createdAt, state } = summary;
    const job: DriveJob = {
      number: this.#vault.drives.newJobNumber(),
      set: { id, object, level, parent, createdAt, complete: state === 'complete' },
      streams: this.#streams,
      consolidates: true,
      written: (place, index) => this.#ledger.written(place, index),
      durable: (tape) => this.#ledger.durable(tape),
      lost: (tape) => this.#ledger.lost(tape),
      failed: (error) => this.#failed.reject(error),
    };
    this.#jobs.set(set, job);
    this.#vault.drives.join(job);
    return job;
  }

  #accessTo(places: readonly ChunkPlace[]): Record<TapeId, ReadAccess> {
    const tapes = new Set(places.map(({ tape }) => tape));
    return Object.fromEntries([...tapes].map((tape) => [tape, this.#vault.vault.access(tape, this.#vault.keys)]));
  }

  /** Resolves once its thread is done with what it was asked last, however that ended, or after so many milliseconds. */
  async idle(withinMs: number): Promise<void> {
    const done = new AbortController();
    const wait = sleep(withinMs, undefined, { signal: done.signal }).catch(() => undefined);
    await Promise.race([this.#asked, wait]);
    done.abort();
  }

  async #unlessFailed<T>(work: Promise<T>): Promise<T> {
    return await Promise.race([work, this.#failed.promise]);
  }

  async #ask<Kind extends ReclaimAnswer['kind']>(kind: Kind, request: ReclaimRequest): Promise<AnswerTo<Kind>> {
    const answering = this.#thread.call(request);
    this.#asked = answering.catch(() => undefined);
    const answer = await this.#unlessFailed(answering);
    if (answer.kind === 'failed') throw asColdframeError(ColdframeError.fromData(answer.error));
    if (answer.kind !== kind) throw new RangeError(`a reclaim answered "${answer.kind}" to "${request.kind}"`);
    return answer as AnswerTo<Kind>;
  }
}

const chunkLost = ({ set, sequence }: ChunkPlace): never => {
  throw new ColdframeError('CHUNK_LOST', {
    message: `Chunk ${sequence} of set ${set} was handed over and is not known to be on another tape.`,
    guidance: 'No tape was let go of: it still lies where it lay. Run it again, and report this with the log.',
    context: { set, chunk: sequence },
  });
};

const cancelled = (): ColdframeError =>
  new ColdframeError('CANCELLED', {
    message: 'The job was cancelled.',
    guidance: 'No tape was let go of before all that is kept of it was on others. Run it again to go on.',
  });

const lastSequenceOn = (store: Catalog, tape: TapeId): number =>
  [...chunksOn(store, tape)].reduce((last, { tapeSequence }) => Math.max(last, tapeSequence), -1);

const noteOf = ({ id, object, level, parent, createdAt }: Omit<BlockSetSummary, 'state'>) => ({
  id,
  object,
  level,
  parent,
  createdAt,
});
