import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary, ChunkPlace, Warning } from '../../../shared/model/block-set.ts';
import type { LeftOut } from '../../../shared/model/selection.ts';
import { tapeId } from '../../../shared/units.ts';
import { type DamagedChunk, DamagedChunks } from '../../engine/catalog/index.ts';
import type { NewSet } from '../../engine/catalog/writer.ts';
import type { SpoolFile } from '../../engine/mover/spool.ts';
import { CallingThread } from '../../engine/restore/execute/calling-thread.ts';
import { FailedDrives } from '../../engine/restore/execute/failed-drives.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { SetChannel } from '../backup/set-channel.ts';
import type { Copied, SetFlow } from '../backup/write-set.ts';
import { countErrors } from '../library/count-errors.ts';
import { driveFailed, noteDriveFailures } from '../library/drive-failed.ts';
import { failedDrive } from '../library/drive-of-error.ts';
import { tapesAtHand } from '../tapes-at-hand.ts';
import type { JobControl } from '../use-cases.ts';
import type { OpenVault } from '../vault-session.ts';
import {
  MERGE_COUNTER,
  MERGE_COUNTERS,
  type MergeAnswer,
  type MergeRequest,
  type MergeSetup,
} from './merge-protocol.ts';
import { HeldDrive, ReadingDrive, type TapesToRead } from './reading-drive.ts';

const SAMPLE_MS = 20;
type AnswerTo<Kind extends MergeAnswer['kind']> = Extract<MergeAnswer, { kind: Kind }>;

export interface MergePlan {
  readonly set: NewSet;
  /** The set whose state it copies. */
  readonly from: BlockSetSummary;
  readonly leftOut: readonly LeftOut[];
  readonly folder: string;
}

/** One merge's channel: the thread that reads the old chunks, and the way of the new ones. */
export class MergeFlow implements SetFlow {
  readonly #vault: OpenVault;
  readonly #plan: MergePlan;
  readonly #job: JobControl;
  readonly #channel: SetChannel;
  readonly #thread: CallingThread<MergeRequest, MergeAnswer>;
  readonly #counters = new SharedArrayBuffer(MERGE_COUNTERS * 8);
  readonly #drive: TapesToRead;
  readonly #failedDrives: FailedDrives;
  /** Takes back that nothing is written to the tapes that are read. */
  #unspare: () => void = () => undefined;
  #wrong: DamagedChunk[] = [];
  #phase = 'planning';
  #elements: number | null = null;
  #bytes: number | null = null;

  constructor(vault: OpenVault, plan: MergePlan, job: JobControl) {
    this.#vault = vault;
    this.#plan = plan;
    this.#job = job;
    const { library } = vault.vault;
    const isReal = library.state.settings.changer !== undefined;
    this.#drive = isReal ? new HeldDrive(vault) : new ReadingDrive(library);
    this.#failedDrives = new FailedDrives(vault.drives.count);
    const { set, folder } = plan;
    // One drive reads, the others write; of tapes in a changer one does, as none of them is read faster than one is written.
    const streams = isReal ? 1 : Math.max(1, vault.drives.count - 1);
    this.#channel = new SetChannel(vault, { set, otherSets: [], streams, folder }, job);
    const setup: MergeSetup = {
      catalog: vault.catalogFile,
      from: plan.from.id,
      present: tapesAtHand(vault.vault),
      vault: vault.vault.id,
      vaultKey: vault.keys?.exportKey() ?? null,
      staging: vault.drives.staging,
      control: this.#channel.shared,
      settings: this.#channel.settings,
      folder,
      counters: this.#counters,
    };
    this.#thread = new CallingThread('merge', setup);
  }

  get tapes(): ChunkPlace['tape'][] {
    return this.#channel.tapes;
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

  /** Reads and copies. Throws TAPES_AWAY when tapes are away, UNIT_DAMAGED when content is damaged. */
  async copy(): Promise<Copied> {
    this.#channel.join();
    const sampler = setInterval(() => this.#sample(), SAMPLE_MS);
    try {
      const { tapes, elements, bytes } = await this.#ask('planned', { kind: 'plan' });
      this.#phase = 'merging';
      this.#elements = elements;
      this.#bytes = bytes;
      this.#keepUnwritten(tapes);
      for (let [tape] = tapes; tape !== undefined; [tape] = await this.#read(tape));
      const { segments, warnings } = await this.#ask('finished', { kind: 'finish' });
      await this.#channel.flush();
      failpoint('merge:after-content');
      this.#phase = 'recording';
      const { spool } = await this.#ask('recorded', { kind: 'record' });
      return this.#copied(spool, segments, [...this.#drivesFailed(), ...warnings, ...this.#noteWrong()]);
    } finally {
      this.#noteWrong();
      clearInterval(sampler);
      this.#sample();
    }
  }

  async writeMetadata(header: string, { removed, elementSpools: elements, inherits }: Copied): Promise<SpoolFile[]> {
    try {
      return await this.#channel.finish(
        { header, removed, elements, inherits },
        async (order) => await this.#ask('metadata-done', { kind: 'metadata', order }),
        async () => await this.stop(),
      );
    } finally {
      // With the metadata: what is stored is then the same wherever it is told.
      this.#report();
    }
  }

  async stop(): Promise<void> {
    await this.#thread.end();
    this.#drive.empty();
    this.#unspare();
    await this.#channel.leave();
  }

  async keepForResume(): Promise<void> {
    await this.#channel.keepForResume();
  }

  /** Reads a tape, what a drive that failed did not read of it in another one. Returns those of which something is wanted still. */
  async #read(tape: string): Promise<readonly string[]> {
    let drive: number | null = null;
    let request: MergeRequest;
    try {
      drive = this.#drive.load(tapeId(tape), this.#failedDrives.drives);
      request = { kind: 'read', access: this.#vault.vault.access(tapeId(tape), this.#vault.keys) };
    } catch (thrown) {
      request = { kind: 'without', tape, error: asColdframeError(thrown).toData() };
    }
    const answer = await this.#answerTo(request);
    this.#drive.empty();
    if (answer.kind !== 'failed') {
      this.#failedDrives.read();
      this.#failedDrives.readThrough(tape, drive);
      return this.#taken(answer);
    }
    this.#wrong.push(...answer.wrong);
    const error = ColdframeError.fromData(answer.error);
    const { state } = this.#vault.vault.library;
    const failed = drive === null ? null : failedDrive(state, error, drive);
    if (drive !== null && failed === null && error.code === 'NO_SUCH_TAPE')
      return this.#taken(await this.#answerTo({ kind: 'without', tape, error: error.toData() }));
    if (drive === null || failed === null) throw error;
    if (this.#failedDrives.add(failed, drive, tape, error)) return await this.#read(tape);
    return this.#taken(await this.#answerTo({ kind: 'without', tape, error: error.toData(), failed }));
  }

  #taken(answer: MergeAnswer): readonly string[] {
    const { tapes, wrong } = this.#as('read', answer);
    this.#wrong.push(...wrong);
    return tapes;
  }

  /** Nobody reads a tape of a changer that is written to. */
  #keepUnwritten(tapes: readonly string[]): void {
    const { library } = this.#vault.vault;
    if (library.state.settings.changer !== undefined) this.#unspare = library.spare(tapes.map((tape) => tapeId(tape)));
  }

  /** What is told of drives that failed while they read. */
  #drivesFailed(): Warning[] {
    const { failures } = this.#failedDrives;
    const elsewhere = 'what was not read of this tape by then was taken from where else it lies';
    return [...noteDriveFailures(this.#vault, failures), ...failures.map((failure) => driveFailed(failure, elsewhere))];
  }

  /** Notes what was found damaged, whatever becomes of the merge. Gives warnings when it cannot be noted. */
  #noteWrong(): Warning[] {
    const wrong = this.#wrong;
    this.#wrong = [];
    return [...DamagedChunks.note(this.#vault.catalogFile, wrong, []), ...countErrors(this.#vault, wrong)];
  }

  async #ask<Kind extends MergeAnswer['kind']>(kind: Kind, request: MergeRequest): Promise<AnswerTo<Kind>> {
    return this.#as(kind, await this.#answerTo(request));
  }

  /** Asks the thread; ends as soon as anything of the job has failed. */
  async #answerTo(request: MergeRequest): Promise<MergeAnswer> {
    return await this.#channel.unlessFailed(this.#thread.call(request));
  }

  #as<Kind extends MergeAnswer['kind']>(kind: Kind, answer: MergeAnswer): AnswerTo<Kind> {
    if (answer.kind === 'failed') {
      this.#wrong.push(...answer.wrong);
      throw ColdframeError.fromData(answer.error);
    }
    if (answer.kind !== kind) throw new RangeError(`a merge answered "${answer.kind}" and not "${kind}"`);
    return answer as AnswerTo<Kind>;
  }

  #copied(spool: SpoolFile, segments: number, warnings: readonly Warning[]): Copied {
    return {
      elements: spool.records,
      logicalBytes: this.#plan.from.logicalBytes,
      bytesRead: this.#count('bytesRead'),
      segments,
      leftOut: this.#plan.leftOut,
      warnings,
      removed: [],
      elementSpools: [spool],
      inherits: false,
    };
  }

  #count(name: keyof typeof MERGE_COUNTER): number {
    return new Float64Array(this.#counters)[MERGE_COUNTER[name]] as number;
  }

  #sample(): void {
    this.#channel.useDrives();
    this.#report();
  }

  #report(): void {
    this.#job.report({
      phase: this.#phase,
      elementsDone: this.#count('elements'),
      // Content is copied tape by tape, each piece for all elements that have it: none is done before its record is written.
      elementsTotal: this.#phase === 'recording' ? this.#elements : null,
      bytesRead: this.#count('bytesRead'),
      bytesStored: Math.max(this.#count('bytesStored'), this.#channel.bytesStored),
      bytesTotal: this.#bytes,
    });
  }
}
