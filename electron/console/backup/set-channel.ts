import { ColdframeError } from '../../../shared/errors.ts';
import type { ChunkPlace, Warning } from '../../../shared/model/block-set.ts';
import { SetTable, writeChunkPlace, writeSetReferences } from '../../engine/blockset/records.ts';
import type { NewSet } from '../../engine/catalog/writer.ts';
import type { ChannelSettings } from '../../engine/mover/accumulator.ts';
import type { MetadataOrder } from '../../engine/mover/front-end-protocol.ts';
import { createRunControl, RunControl, type SharedRunControl } from '../../engine/mover/run-control.ts';
import { Spool, type SpoolFile } from '../../engine/mover/spool.ts';
import { HAND_OVER_BYTES } from '../../engine/mover/staging.ts';
import type { JobControl } from '../use-cases.ts';
import type { BackupSession } from './backup-session.ts';
import { ChunkLedger } from './chunk-ledger.ts';
import type { DriveJob } from './drives.ts';
import { goneOn, passedOver } from './gone-on.ts';

export interface ChannelPlan {
  readonly set: NewSet;
  /** Other sets that its extents may refer to. */
  readonly otherSets: readonly string[];
  readonly streams: number;
  /** For spools. */
  readonly folder: string;
}

/** What lies behind the content of a set, and in front of its catalog row. */
export interface SetRecords {
  readonly header: string;
  readonly removed: readonly SpoolFile[];
  readonly elements: readonly SpoolFile[];
  readonly inherits: boolean;
}

/**
 * The way of one set's chunks, whoever fills them: from staging to the drives, durable, into the catalog; steered by its
 * job. What goes wrong on the way, in whatever thread, ends every wait of `unlessFailed`.
 */
export class SetChannel {
  readonly table: SetTable;
  readonly settings: ChannelSettings;
  readonly shared: SharedRunControl;
  readonly #session: BackupSession;
  readonly #plan: ChannelPlan;
  readonly #control: RunControl;
  readonly #ledger: ChunkLedger;
  readonly #driveJob: DriveJob;
  readonly #failed = Promise.withResolvers<never>();
  readonly #unhook: (() => void)[] = [];
  readonly #late: Warning[] = [];
  /** How many drives and tapes had failed before. */
  readonly #setbacksBefore: number;
  readonly #refusalsBefore: number;
  /** And by the time it was over. */
  #setbacksAfter: number | null = null;
  #stopped = false;
  /** Metadata is on its way: what is whole on tape is complete, so it is carried through whoever cancels. */
  #ending = false;

  constructor(session: BackupSession, plan: ChannelPlan, job: JobControl) {
    this.#session = session;
    this.#plan = plan;
    this.#setbacksBefore = session.drives.setbacks.length;
    this.#refusalsBefore = session.drives.refusals.length;
    this.shared = createRunControl(job.paces);
    this.#control = new RunControl(this.shared);
    const { set, otherSets, streams } = plan;
    this.table = new SetTable(set.id, otherSets);
    this.#failed.promise.catch(() => undefined);
    this.#ledger = new ChunkLedger(
      async (chunks) => {
        session.demandHeld();
        await session.writer.addChunks(chunks);
      },
      (error) => this.fail(error),
    );
    const number = session.drives.newJobNumber();
    this.#driveJob = {
      number,
      set: { ...set, complete: false },
      streams,
      written: (place, index) => this.#ledger.written(place, index),
      durable: (tape) => this.#ledger.durable(tape),
      lost: (tape) => this.#ledger.lost(tape),
      failed: (error) => this.fail(error),
    };
    this.settings = {
      job: number,
      set: set.id,
      otherSets,
      codec: session.codec,
      streams,
      key: session.setKey(set.id),
      sequence: new SharedArrayBuffer(4),
    };
    this.#steer(job);
  }

  /** Threads that wait for a limit. */
  get waiting(): number {
    return this.#control.waiting;
  }

  get tapes(): ChunkPlace['tape'][] {
    return this.#ledger.tapes();
  }

  get drivesUsed(): number {
    return Math.max(1, Math.min(this.#plan.streams, this.#ledger.tapes().length));
  }

  get bytesStored(): number {
    return this.#ledger.payloadBytes;
  }

  /** Drives and tapes that failed meanwhile, and what went wrong after the set was whole on tape. */
  get lateWarnings(): readonly Warning[] {
    const { setbacks } = this.#session.drives;
    return [...this.#late, ...setbacks.slice(this.#setbacksBefore, this.#setbacksAfter ?? undefined).map(goneOn)];
  }

  /** Ends the job: its threads stop at their next step, and every wait of `unlessFailed` rejects. */
  readonly fail = (error: ColdframeError): void => {
    this.#failed.reject(error);
    this.#control.cancel();
  };

  async unlessFailed<T>(work: Promise<T>): Promise<T> {
    return await Promise.race([work, this.#failed.promise]);
  }

  /** The drives take what is handed over from now on. */
  join(): void {
    this.#session.drives.join(this.#driveJob);
  }

  /** Starts the drives that the chunks begun by now can use, or those of `bytes` of content that are on their way. */
  useDrives(bytes = 0): void {
    const chunks = Math.max(this.#begun(), Math.ceil(bytes / HAND_OVER_BYTES));
    if (!this.#stopped) this.#session.drives.need(this.#driveJob, chunks);
  }

  /** Resolves when every chunk that was begun is durable; whoever fills staging has handed everything over. Throws CHUNK_LOST. */
  async flush(): Promise<void> {
    const chunks = this.#begun();
    do {
      await this.unlessFailed(this.#ledger.reached(chunks));
      await this.unlessFailed(this.#session.drives.flush());
      // What a drive lost that failed meanwhile is on its way to another one.
    } while (this.#ledger.count < chunks);
    this.#ledger.demandAll(chunks);
    this.#session.drives.giveStagingBack();
  }

  /**
   * Has `write` put the metadata behind the content, then the tails. When it resolves the set is whole on tape, and every
   * thread of the job has been ended by `end`. Gives what the catalog takes. Cancelling comes too late from here on.
   */
  async finish(
    { header, removed, elements, inherits }: SetRecords,
    write: (order: MetadataOrder) => Promise<unknown>,
    end: () => Promise<void>,
  ): Promise<SpoolFile[]> {
    this.#ending = true;
    await Promise.race([this.#failed.promise, Promise.resolve()]);
    const places = this.spool('places', (spool) => {
      for (const place of this.#ledger.places()) {
        writeChunkPlace(spool.out, place);
        spool.settle();
      }
    });
    const references = this.spool('references', (spool) => {
      writeSetReferences(spool.out, this.table);
      spool.settle(false);
    });
    const drive = this.#session.drives.mountedDrive();
    await this.unlessFailed(write({ header, places, removed, elements, inherits, drive }));
    await this.flush();
    this.#session.drives.completed(this.#driveJob);
    await end();
    await this.unlessFailed(this.#ledger.settled());
    return [references, ...removed, ...elements];
  }

  /** Lets go of the drives; the threads that fill staging are gone. Safe to call again. */
  async leave(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const unhook of this.#unhook) unhook();
    for (const { context, message } of await this.#session.drives.leave(this.#driveJob)) {
      const left = `the tape was left without its tail, and all that is on it can be read: ${message}`;
      this.#late.push({ code: 'TAIL_MISSING', path: String(context.tape ?? ''), message: left });
    }
    this.#setbacksAfter = this.#session.drives.setbacks.length;
    this.#late.push(...this.#session.drives.refusals.slice(this.#refusalsBefore).map(passedOver));
  }

  /** After a failure: what is durable on tape stays known, so that a job that takes this one up need not write it again. */
  async keepForResume(): Promise<void> {
    await this.#ledger.settled().catch(() => undefined);
    await this.#session.writer.interrupt(this.#plan.set.id);
  }

  /** Writes a spool of this job. */
  spool(name: string, write: (spool: Spool) => void): SpoolFile {
    const spool = new Spool(`${this.#plan.folder}/${name}`);
    try {
      write(spool);
    } finally {
      spool.close();
    }
    return { path: spool.path, records: spool.records };
  }

  /** Chunks that have a sequence number by now. */
  #begun(): number {
    return Atomics.load(new Int32Array(this.settings.sequence), 0);
  }

  /** Passes pause, resume and cancel on to the threads. */
  #steer(job: JobControl): void {
    job.picture.lanes(this.#session.drives.lanes);
    const cancel = (): void => {
      if (this.#ending) {
        this.#control.resume();
        return;
      }
      this.#control.cancel();
      this.fail(
        new ColdframeError('CANCELLED', {
          message: 'The job was cancelled.',
          guidance: 'Earlier sets are untouched. Start it again when you want it; what is on tape already is known.',
        }),
      );
    };
    if (job.signal.aborted) cancel();
    else if (Atomics.load(job.paused, 0) === 1) this.#control.pause();
    job.signal.addEventListener('abort', cancel);
    this.#unhook.push(() => job.signal.removeEventListener('abort', cancel));
    this.#unhook.push(
      job.onPauseChange((paused) => {
        if (paused && !job.signal.aborted) this.#control.pause();
        else this.#control.resume();
      }),
    );
  }
}
