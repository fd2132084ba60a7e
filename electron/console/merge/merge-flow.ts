import { asColdframeError, ColdframeError } from '../../../shared/errors.ts';
import type { BlockSetSummary, ChunkPlace, Warning } from '../../../shared/model/block-set.ts';
import type { LeftOut } from '../../../shared/model/selection.ts';
import { tapeId } from '../../../shared/units.ts';
import { type DamagedChunk, DamagedChunks } from '../../engine/catalog/index.ts';
import type { NewSet } from '../../engine/catalog/writer.ts';
import type { SpoolFile } from '../../engine/mover/spool.ts';
import { CallingThread } from '../../engine/restore/execute/calling-thread.ts';
import { failpoint } from '../../platform/failpoints.ts';
import { SetChannel } from '../backup/set-channel.ts';
import type { Copied, SetFlow } from '../backup/write-set.ts';
import { countErrors } from '../library/count-errors.ts';
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
import { ReadingDrive } from './reading-drive.ts';

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
  readonly #drive: ReadingDrive;
  #wrong: DamagedChunk[] = [];
  #phase = 'planning';
  #elements: number | null = null;
  #bytes: number | null = null;

  constructor(vault: OpenVault, plan: MergePlan, job: JobControl) {
    this.#vault = vault;
    this.#plan = plan;
    this.#job = job;
    this.#drive = new ReadingDrive(vault.vault.library);
    const { set, folder } = plan;
    // One drive reads, the others write.
    const streams = Math.max(1, vault.drives.count - 1);
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
      for (let [tape] = tapes; tape !== undefined; [tape] = await this.#read(tape));
      const { segments, warnings } = await this.#ask('finished', { kind: 'finish' });
      await this.#channel.flush();
      failpoint('merge:after-content');
      this.#phase = 'recording';
      const { spool } = await this.#ask('recorded', { kind: 'record' });
      return this.#copied(spool, segments, [...warnings, ...this.#noteWrong()]);
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
    await this.#channel.leave();
  }

  async keepForResume(): Promise<void> {
    await this.#channel.keepForResume();
  }

  /** Reads a tape. Returns those of which something is wanted still. */
  async #read(tape: string): Promise<readonly string[]> {
    const { tapes, wrong } = await this.#ask('read', this.#mounted(tape));
    this.#wrong.push(...wrong);
    this.#drive.empty();
    return tapes;
  }

  #mounted(tape: string): MergeRequest {
    try {
      this.#drive.load(tapeId(tape));
      return { kind: 'read', access: this.#vault.vault.access(tapeId(tape), this.#vault.keys) };
    } catch (thrown) {
      return { kind: 'without', tape, error: asColdframeError(thrown).toData() };
    }
  }

  /** Notes what was found damaged, whatever becomes of the merge. Gives warnings when it cannot be noted. */
  #noteWrong(): Warning[] {
    const wrong = this.#wrong;
    this.#wrong = [];
    return [...DamagedChunks.note(this.#vault.catalogFile, wrong, []), ...countErrors(this.#vault, wrong)];
  }

  /** Asks the thread; ends as soon as anything of the job has failed. */
  async #ask<Kind extends MergeAnswer['kind']>(kind: Kind, request: MergeRequest): Promise<AnswerTo<Kind>> {
    const answer = await this.#channel.unlessFailed(this.#thread.call(request));
    if (answer.kind === 'failed') {
      this.#wrong.push(...answer.wrong);
      throw ColdframeError.fromData(answer.error);
    }
    if (answer.kind !== kind) throw new RangeError(`a merge answered "${answer.kind}" to "${request.kind}"`);
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
