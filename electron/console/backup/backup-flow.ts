import { ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary, ChunkPlace, Warning } from '../../../shared/model/block-set.ts';
import { PART_BYTES } from '../../../shared/model/element.ts';
import type { LeftOut, Selection } from '../../../shared/model/selection.ts';
import type { SetId } from '../../../shared/units.ts';
import { SetTable, writeChunkPlace, writeRemoved, writeSetReferences } from '../../engine/blockset/records.ts';
import type { NewSet, WrittenChunk } from '../../engine/catalog/writer.ts';
import type { BatchReport } from '../../engine/mover/front-end-protocol.ts';
import { createRunControl, RunControl } from '../../engine/mover/run-control.ts';
import { sourceAccess } from '../../engine/mover/source-files.ts';
import { Spool, type SpoolFile } from '../../engine/mover/spool.ts';
import type { JobControl } from '../use-cases.ts';
import type { BackupSession } from './backup-session.ts';
import { ChunkLedger } from './chunk-ledger.ts';
import type { DriveJob } from './drive-pool.ts';
import { FrontEndPool } from './front-end-pool.ts';
import { LongFiles } from './long-files.ts';
import { type LinkRecord, resolveLinks } from './resolve-links.ts';
import { type ScanResult, ScanRun } from './scan-run.ts';
import { type MappedFile, WorkSender } from './work-sender.ts';

const FRONT_ENDS = 2;
const SAMPLE_MS = 100;
/** A warning for each of a million files helps nobody: the set keeps the first ones and the count. */
const WARNINGS_KEPT = 1000;

export interface FlowPlan {
  readonly set: NewSet;
  readonly parent: BlockSetSummary | null;
  readonly selection: Selection;
  readonly history: readonly BlockSetSummary[];
  readonly streams: number;
  readonly resume: SetId | null;
  readonly folder: string;
}

export interface Copied {
  readonly elements: number;
  readonly logicalBytes: number;
  readonly bytesRead: number;
  readonly segments: number;
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly Warning[];
  readonly removed: readonly SpoolFile[];
  readonly elementSpools: readonly SpoolFile[];
}

/** One backup's channel: the scan, its front ends, its chunks on the drives, and what is to be written behind them. */
export class BackupFlow {
  readonly #session: BackupSession;
  readonly #plan: FlowPlan;
  readonly #job: JobControl;
  readonly #shared = createRunControl();
  readonly #control = new RunControl(this.#shared);
  readonly #table: SetTable;
  readonly #ledger: ChunkLedger;
  readonly #driveJob: DriveJob;
  readonly #sequence = new SharedArrayBuffer(4);
  readonly #pool: FrontEndPool;
  readonly #longFiles: LongFiles;
  readonly #recopies: WorkSender;
  readonly #warnings: Warning[] = [];
  readonly #links: { frontEnd: number; report: BatchReport }[] = [];
  readonly #gone: BatchReport['gone'][number][] = [];
  #droppedWarnings = 0;
  #scan: ScanRun | null = null;
  #fail: (error: ColdframeError) => void = () => undefined;
  readonly #failure: Promise<never>;
  readonly #unhook: (() => void)[] = [];
  #stopped = false;

  constructor(session: BackupSession, plan: FlowPlan, job: JobControl) {
    this.#session = session;
    this.#plan = plan;
    this.#job = job;
    const otherSets = plan.history.map((set) => set.id);
    this.#table = new SetTable(plan.set.id, otherSets);
    this.#failure = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    this.#failure.catch(() => undefined);
    this.#ledger = new ChunkLedger(
      async (chunks) => await session.writer.addChunks(chunks),
      (error) => this.#fail(error),
    );
    const number = session.drives.newJobNumber();
    this.#driveJob = {
      number,
      set: { ...plan.set, complete: false },
      streams: plan.streams,
      written: (place, index) => this.#ledger.written(place, index),
      durable: (tape) => this.#ledger.durable(tape),
      failed: (error) => this.#fail(error),
    };
    const settings = {
      job: number,
      set: plan.set.id,
      otherSets,
      codec: session.codec,
      streams: plan.streams,
      key: session.setKey(plan.set.id),
      sequence: this.#sequence,
    };
    this.#pool = new FrontEndPool(
      { staging: session.drives.staging, control: this.#shared, settings },
      FRONT_ENDS,
      (frontEnd) => this.#spoolOf(frontEnd),
      (frontEnd, report) => this.#take(frontEnd, report),
      (error) => this.#fail(error),
    );
    this.#recopies = new WorkSender(this.#table, (items) => this.#pool.submit(items));
    this.#longFiles = new LongFiles(
      plan.folder,
      this.#table,
      sourceAccess(),
      (file) => this.#copyAgain(file),
      (warning) => this.#warn(warning),
    );
    this.#steer();
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

  /** Scans and copies. When it resolves, all content is durable on tape. */
  async copy(): Promise<Copied> {
    this.#session.drives.join(this.#driveJob);
    const sampler = setInterval(() => this.#sample(), SAMPLE_MS);
    try {
      const scan = await this.#unlessFailed(this.#runScan());
      await this.#unlessFailed(this.#drained());
      const spools = await this.#unlessFailed(this.#pool.finish());
      await this.#unlessFailed(this.#session.drives.flush());
      return this.#collect(scan, spools);
    } finally {
      clearInterval(sampler);
      this.#sample();
    }
  }

  /** Writes the metadata chunks and the tails. When it resolves, the set is whole on tape; gives what the catalog takes. */
  async writeMetadata(header: string, copied: Copied): Promise<SpoolFile[]> {
    const places = this.#spool('places', (spool) => {
      for (const place of this.#ledger.places()) {
        writeChunkPlace(spool.out, { ...place, tapeSequence: place.tapeSequence });
        spool.settle();
      }
    });
    const references = this.#spool('references', (spool) => {
      writeSetReferences(spool.out, this.#table);
      spool.settle(false);
    });
    const drive = this.#session.drives.mountedDrive();
    const order = { header, places, removed: copied.removed, elements: copied.elementSpools, drive };
    await this.#unlessFailed(this.#pool.writeMetadata(order));
    await this.#unlessFailed(this.#session.drives.flush());
    this.#session.drives.completed(this.#driveJob);
    await this.stop();
    await this.#unlessFailed(this.#ledger.settled());
    return [references, ...copied.removed, ...copied.elementSpools];
  }

  /** Ends every thread of this job and lets go of its drives. Safe to call again. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const unhook of this.#unhook) unhook();
    await this.#scan?.close();
    await this.#pool.close();
    await this.#session.drives.leave(this.#driveJob);
  }

  /** After a failure: what is durable on tape stays known, so that the next backup need not copy it again. */
  async keepForResume(): Promise<void> {
    await this.#ledger.settled().catch(() => undefined);
    await this.#session.writer.interrupt(this.#plan.set.id);
  }

  async #runScan(): Promise<ScanResult> {
    const { plan, session } = { plan: this.#plan, session: this.#session };
    const setup = {
      selection: plan.selection,
      ownFolders: session.ownFolders,
      catalog: session.catalogFile,
      known: plan.parent?.id ?? null,
      knownSince: plan.parent?.createdAt ?? 0,
      set: plan.set.id,
      otherSets: plan.history.map((set) => set.id),
      spools: plan.folder,
      countOnly: false,
      resume: plan.resume,
      resumeKey: plan.resume === null ? null : session.setKey(plan.resume),
      control: this.#shared,
    };
    this.#scan = new ScanRun(setup, (batch) => {
      for (const file of batch.longFiles) this.#longFiles.expect(file, Math.ceil(file.size / PART_BYTES));
      this.#pool.submit(batch.items);
    });
    return await this.#scan.result;
  }

  /** Waits until no batch is under way and no long file is open. */
  async #drained(): Promise<void> {
    while (!this.#pool.idle || this.#longFiles.pending > 0) await this.#pool.progress();
  }

  #take(frontEnd: number, report: BatchReport): void {
    this.#scan?.batchDone();
    for (const warning of report.warnings) this.#warn(warning);
    if (report.links.length > 0) this.#links.push({ frontEnd, report });
    this.#gone.push(...report.gone);
    for (const part of report.parts) this.#longFiles.take(part);
  }

  #copyAgain(file: MappedFile): void {
    this.#longFiles.expect(file.attributes, Math.max(1, Math.ceil(file.attributes.size / PART_BYTES)));
    this.#recopies.add(file);
    this.#recopies.flush();
  }

  #collect(scan: ScanResult, frontEnds: SpoolFile[]): Copied {
    for (const warning of scan.warnings) this.#warn(warning);
    this.#droppedWarnings += scan.warningsDropped;
    const parts = this.#longFiles.close();
    const orphans: SpoolFile[] = [];
    const links = resolveLinks(
      scan.links,
      this.#linkRecords(parts),
      this.#table,
      `${this.#plan.folder}/links-resolved`,
      (attributes) => this.#gone.push(attributes.path),
    );
    const gone = this.#spool('gone', (spool) => {
      for (const path of [...this.#gone, ...this.#longFiles.gone]) {
        writeRemoved(spool.out, path);
        spool.settle();
      }
    });
    const totals = this.#pool.totals();
    const missing = gone.records;
    return {
      elements: scan.counts.elements - missing,
      logicalBytes: scan.counts.logicalBytes,
      bytesRead: totals.bytesRead,
      segments: totals.segments,
      leftOut: scan.leftOut,
      warnings: this.#keptWarnings(),
      removed: [scan.removed, gone, ...orphans],
      elementSpools: [scan.elements, parts, ...frontEnds, links],
    };
  }

  #linkRecords(parts: SpoolFile): LinkRecord[] {
    const records: LinkRecord[] = this.#longFiles.links.map((link) => ({ ...link, spool: parts.path }));
    for (const { frontEnd, report } of this.#links) {
      for (const link of report.links) records.push({ ...link, spool: this.#spoolOf(frontEnd) });
    }
    return records;
  }

  #spool(name: string, write: (spool: Spool) => void): SpoolFile {
    const spool = new Spool(`${this.#plan.folder}/${name}`);
    try {
      write(spool);
    } finally {
      spool.close();
    }
    return { path: spool.path, records: spool.records };
  }

  #spoolOf(frontEnd: number): string {
    return `${this.#plan.folder}/front-end-${frontEnd}`;
  }

  #warn(warning: Warning): void {
    if (this.#warnings.length < WARNINGS_KEPT) this.#warnings.push(warning);
    else this.#droppedWarnings += 1;
  }

  #keptWarnings(): Warning[] {
    if (this.#droppedWarnings === 0) return this.#warnings;
    const more = { code: 'MORE_WARNINGS', path: '', message: `${this.#droppedWarnings} more warnings were not kept` };
    return [...this.#warnings, more];
  }

  /** Passes pause, resume and cancel on to the threads. */
  #steer(): void {
    const cancel = (): void => {
      this.#control.cancel();
      this.#fail(
        new ColdframeError('CANCELLED', {
          message: 'The backup was cancelled.',
          guidance:
            'Earlier sets are untouched. Start the backup again when you want it; what is on tape already is used.',
        }),
      );
    };
    if (this.#job.signal.aborted) cancel();
    this.#job.signal.addEventListener('abort', cancel);
    this.#unhook.push(() => this.#job.signal.removeEventListener('abort', cancel));
    this.#unhook.push(
      this.#job.onPauseChange((paused) => {
        if (paused) this.#control.pause();
        else this.#control.resume();
      }),
    );
  }

  #sample(): void {
    const totals = this.#pool.totals();
    const counts = this.#scan?.counts;
    const chunks = Atomics.load(new Int32Array(this.#sequence), 0);
    if (!this.#stopped) this.#session.drives.need(this.#driveJob, chunks);
    this.#job.report({
      phase: this.#scan?.finished ? 'copying' : 'scanning and copying',
      elementsDone: totals.elements,
      elementsTotal: this.#scan?.finished ? (counts?.files ?? null) : null,
      bytesRead: totals.bytesRead,
      bytesStored: totals.bytesStored,
      bytesTotal: this.#scan?.finished ? (counts?.bytes ?? null) : null,
    });
  }

  async #unlessFailed<T>(work: Promise<T>): Promise<T> {
    return await Promise.race([work, this.#failure]);
  }
}

export type { WrittenChunk };
