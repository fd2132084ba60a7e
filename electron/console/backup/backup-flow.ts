import { type ByteString, displayText } from '../../../shared/byte-string.ts';
import type { BlockSetSummary, ChunkPlace, Warning } from '../../../shared/model/block-set.ts';
import type { NotEntered, Selection } from '../../../shared/model/selection.ts';
import type { SetId } from '../../../shared/units.ts';
import { writeRemoved } from '../../engine/blockset/records.ts';
import type { NewSet } from '../../engine/catalog/writer.ts';
import type { BatchReport } from '../../engine/mover/front-end-protocol.ts';
import { sourceAccess } from '../../engine/mover/source-files.ts';
import type { SpoolFile } from '../../engine/mover/spool.ts';
import { SLOT_BYTES } from '../../engine/mover/staging.ts';
import { isAskedInPlace, isSingle } from '../../engine/mover/volume-device.ts';
import type { StationGauge } from '../pictures/station-meter.ts';
import type { JobControl } from '../use-cases.ts';
import type { BackupSession } from './backup-session.ts';
import { FrontEndPool } from './front-end-pool.ts';
import { LongFiles } from './long-files.ts';
import { lastComplete } from './mount-record.ts';
import { LinkRecords, resolveLinks } from './resolve-links.ts';
import { type ScanResult, ScanRun } from './scan-run.ts';
import { SetChannel } from './set-channel.ts';
import type { VolumeToScan } from './volume-to-scan.ts';
import { type MappedFile, WorkSender } from './work-sender.ts';
import type { Copied, SetFlow } from './write-set.ts';

const FRONT_ENDS = 2;
const SAMPLE_MS = 20;
/** A warning for each of a million files helps nobody: the set keeps the first ones and the count. */
const WARNINGS_KEPT = 1000;

export interface FlowPlan {
  readonly set: NewSet;
  readonly parent: BlockSetSummary | null;
  readonly selection: Selection;
  /** The frozen images of the object's volumes; null when it is made of files. */
  readonly volumes: readonly VolumeToScan[] | null;
  readonly history: readonly BlockSetSummary[];
  readonly streams: number;
  /** Interrupted sets whose chunks are used, oldest first. */
  readonly resume: readonly SetId[];
  readonly folder: string;
  /** Known before the scan. */
  readonly warnings: readonly Warning[];
}

/** One backup's channel: the scan, its front ends, its chunks on the drives, and what is to be written behind them. */
export class BackupFlow implements SetFlow {
  readonly #session: BackupSession;
  readonly #plan: FlowPlan;
  readonly #job: JobControl;
  readonly #channel: SetChannel;
  readonly #pool: FrontEndPool;
  readonly #longFiles: LongFiles;
  readonly #recopies: WorkSender;
  readonly #warnings: Warning[] = [];
  readonly #links = new LinkRecords();
  readonly #gone: BatchReport['gone'][number][] = [];
  #droppedWarnings = 0;
  #bytesSent = 0;
  /** Known when all is copied. */
  notEntered: NotEntered | null = null;
  #scan: ScanRun | null = null;

  constructor(session: BackupSession, plan: FlowPlan, job: JobControl) {
    this.#session = session;
    this.#plan = plan;
    this.#job = job;
    const { set, streams, folder } = plan;
    this.#warnings.push(...plan.warnings);
    const otherSets = plan.history.map(({ id }) => id);
    this.#channel = new SetChannel(session, { set, otherSets, streams, folder }, job);
    const { table, shared, settings, fail } = this.#channel;
    this.#pool = new FrontEndPool(
      { staging: session.drives.staging, control: shared, settings, volumes: plan.volumes },
      plan.volumes?.some(({ device }) => isSingle(device)) ? 1 : FRONT_ENDS,
      (frontEnd) => this.#spoolOf(frontEnd),
      (frontEnd, report) => this.#take(frontEnd, report),
      fail,
    );
    this.#recopies = new WorkSender(table, (items) => this.#pool.submit(items));
    this.#longFiles = new LongFiles(
      folder,
      table,
      sourceAccess(),
      (file) => this.#copyAgain(file),
      (warning) => this.#warn(warning),
    );
  }

  /** Those written to, and those of the interrupted sets that are used: who keeps the tapes of a set needs both. */
  get tapes(): ChunkPlace['tape'][] {
    const { history, resume } = this.#plan;
    const used = history.filter(({ id }) => resume.includes(id)).flatMap(({ tapes }) => tapes);
    return [...new Set([...this.#channel.tapes, ...used])];
  }

  get drivesUsed(): number {
    return this.#channel.drivesUsed;
  }

  get bytesStored(): number {
    return this.#channel.bytesStored;
  }

  get lateWarnings(): readonly Warning[] {
    return this.#channel.lateWarnings;
  }

  /** Scans and copies. When it resolves, all content is durable on tape. */
  async copy(): Promise<Copied> {
    const channel = this.#channel;
    channel.join();
    const sampler = setInterval(() => this.#sample(), SAMPLE_MS);
    const stopLooking = this.#job.picture.stations(() => this.#gauge());
    try {
      const scan = await channel.unlessFailed(this.#runScan());
      await channel.unlessFailed(this.#drained());
      const spools = await channel.unlessFailed(this.#pool.finish());
      await channel.flush();
      return this.#collect(scan, spools);
    } finally {
      stopLooking();
      clearInterval(sampler);
      this.#sample();
    }
  }

  async writeMetadata(header: string, { removed, elementSpools: elements, inherits }: Copied): Promise<SpoolFile[]> {
    const spools = await this.#channel.finish(
      { header, removed, elements, inherits },
      async (order) => await this.#pool.writeMetadata(order),
      async () => await this.stop(),
    );
    this.#report();
    return spools;
  }

  async stop(): Promise<void> {
    await this.#scan?.close();
    await this.#pool.close();
    this.#longFiles.release();
    await this.#channel.leave();
  }

  async keepForResume(): Promise<void> {
    await this.#channel.keepForResume();
  }

  async #runScan(): Promise<ScanResult> {
    const { plan, session } = { plan: this.#plan, session: this.#session };
    const setup = {
      selection: plan.selection,
      volumes: plan.volumes,
      ownFolders: session.ownFolders,
      catalog: session.catalogFile,
      known: plan.parent?.id ?? null,
      before: lastComplete(plan.history),
      knownSince: plan.parent?.createdAt ?? 0,
      set: plan.set.id,
      otherSets: plan.history.map((set) => set.id),
      spools: plan.folder,
      countOnly: false,
      resume: plan.resume.map((set) => ({ set, key: session.setKey(set) })),
      control: this.#channel.shared,
    };
    if (plan.parent === null) this.#pool.expectWork();
    this.#scan = new ScanRun(setup, (batch) => {
      for (const file of batch.longFiles) this.#longFiles.expect(file);
      this.#bytesSent += batch.bytes;
      this.#channel.useDrives(this.#bytesSent);
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
    this.#links.add(this.#spoolOf(frontEnd), report.links);
    for (const path of report.gone) this.#gone.push(path);
    for (const part of report.parts) this.#longFiles.take(part);
  }

  #copyAgain(file: MappedFile): void {
    this.#recopies.add(file);
    this.#recopies.flush();
  }

  #collect(scan: ScanResult, frontEnds: SpoolFile[]): Copied {
    for (const warning of scan.warnings) this.#warn(warning);
    this.#droppedWarnings += scan.warningsDropped;
    const parts = this.#longFiles.close();
    this.#links.add(parts.path, this.#longFiles.links);
    const links = resolveLinks(
      scan.links,
      this.#links,
      this.#channel.table,
      `${this.#plan.folder}/links-resolved`,
      (attributes) => this.#orphaned(attributes.path),
    );
    const gone = this.#channel.spool('gone', (spool) => {
      for (const path of [...this.#gone, ...this.#longFiles.gone]) {
        writeRemoved(spool.out, path);
        spool.settle();
      }
    });
    this.notEntered = scan.notEntered;
    const totals = this.#pool.totals();
    const missing = gone.records;
    return {
      elements: scan.counts.elements - missing,
      logicalBytes: scan.counts.logicalBytes,
      bytesRead: totals.bytesRead,
      segments: totals.segments,
      leftOut: scan.leftOut,
      warnings: this.#keptWarnings(),
      removed: [scan.removed, gone],
      elementSpools: [scan.elements, parts, ...frontEnds, links],
      inherits: this.#inherits,
      source: scan.source,
    };
  }

  /** Another name was to bring the content and was gone when its turn came: this one comes with the next backup. */
  #orphaned(path: ByteString): void {
    this.#gone.push(path);
    this.#warn({
      code: 'VANISHED',
      path: displayText(path),
      message:
        'another name of the same file vanished while its content was to be copied under it; left out of this set',
    });
  }

  #spoolOf(frontEnd: number): string {
    return `${this.#plan.folder}/front-end-${frontEnd}`;
  }

  #warn(warning: Warning): void {
    this.#job.picture.warned(warning);
    // Retention goes by it.
    if (this.#warnings.length < WARNINGS_KEPT || warning.code === 'NOT_MOUNTED') this.#warnings.push(warning);
    else this.#droppedWarnings += 1;
  }

  #keptWarnings(): Warning[] {
    if (this.#droppedWarnings === 0) return this.#warnings;
    const more = { code: 'MORE_WARNINGS', path: '', message: `${this.#droppedWarnings} more warnings were not kept` };
    return [...this.#warnings, more];
  }

  #gauge(): StationGauge {
    const { filling, ready, draining, free } = this.#session.drives.gauge();
    return {
      slots: filling + ready + draining + free,
      slotBytes: SLOT_BYTES,
      filling,
      ready,
      draining,
      drives: this.drivesUsed,
      limited: this.#channel.waiting,
      ...this.#pool.work(),
    };
  }

  /** Whether the scan knew what is content: of exports that is asked when they are copied. */
  get #isMapped(): boolean {
    return !this.#plan.volumes?.some(({ device }) => isAskedInPlace(device));
  }

  /** A volume is known by its path alone, where a file may have the content of another one that was renamed. */
  get #inherits(): boolean {
    const { set, parent, volumes } = this.#plan;
    return volumes !== null && parent !== null && set.parent === parent.id;
  }

  #sample(): void {
    const counts = this.#scan?.counts;
    if (counts) this.#job.picture.scanned(counts);
    this.#channel.useDrives();
    this.#report();
  }

  #report(): void {
    const totals = this.#pool.totals();
    const counts = this.#scan?.counts;
    this.#job.report({
      phase: this.#scan?.finished ? 'copying' : 'scanning and copying',
      elementsDone: totals.elements,
      elementsTotal: this.#scan?.finished ? (counts?.files ?? null) : null,
      bytesRead: totals.bytesRead,
      // Metadata is on tape as well, and in what is told of the set.
      bytesStored: Math.max(totals.bytesStored, this.bytesStored),
      bytesTotal: this.#scan?.finished && this.#isMapped ? (counts?.bytes ?? null) : null,
    });
  }
}
