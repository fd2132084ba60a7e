import { displayText } from '../../../shared/byte-string.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import type { ElementRecord } from '../../../shared/model/element.ts';
import { ByteWriter } from '../blockset/byte-writer.ts';
import { writeElement, writeElementPart } from '../blockset/records.ts';
import { Accumulator } from './accumulator.ts';
import type { CopyCounters } from './copy-content.ts';
import { type CopyOutcome, copyElement } from './copy-element.ts';
import {
  type BatchReport,
  COUNTER,
  type FrontEndSetup,
  type LinkPlace,
  type MetadataOrder,
  type PartReport,
} from './front-end-protocol.ts';
import { RunControl } from './run-control.ts';
import { writeSetMetadata } from './set-metadata.ts';
import type { SourceAccess } from './source-access.ts';
import { Spool, type SpoolFile } from './spool.ts';
import { Staging } from './staging.ts';
import { readWorkItems, type WorkItem } from './work-batch.ts';

/** The front end of a channel: copies batches of elements into staging and notes in its spool where everything went. */
export class FrontEnd {
  readonly #setup: FrontEndSetup;
  readonly #access: SourceAccess;
  readonly #staging: Staging;
  readonly #control: RunControl;
  readonly #accumulator: Accumulator;
  readonly #spool: Spool;
  readonly #counts: Float64Array;
  readonly #counters: CopyCounters = { bytesRead: 0, segments: 0 };

  constructor(setup: FrontEndSetup, access: SourceAccess) {
    this.#setup = setup;
    this.#access = access;
    this.#staging = new Staging(setup.staging);
    this.#control = new RunControl(setup.control);
    this.#accumulator = new Accumulator(this.#staging, setup.settings, this.#control);
    this.#spool = new Spool(setup.spool);
    this.#counts = new Float64Array(setup.counters);
  }

  /** Copies the items of a batch. Throws CANCELLED, IO. */
  async copyBatch(batch: Uint8Array): Promise<BatchReport> {
    const report = {
      links: [] as LinkPlace[],
      parts: [] as PartReport[],
      gone: [] as BatchReport['gone'][number][],
      warnings: [] as Warning[],
    };
    const context = { accumulator: this.#accumulator, set: this.#setup.settings.set, counters: this.#counters };
    for (const item of readWorkItems(batch, this.#accumulator.table)) {
      if (this.#control.held) await this.#control.passage();
      const outcome = await copyElement(item, this.#access, context, (warning) => report.warnings.push(warning));
      this.#note(item, outcome, report);
      this.#sample(item.part === 0);
    }
    return report;
  }

  /** Hands over what is left and closes the spool. */
  async finish(): Promise<SpoolFile> {
    await this.#accumulator.finish();
    this.#sample(false);
    this.#spool.close();
    return { path: this.#spool.path, records: this.#spool.records };
  }

  /** Writes the set's metadata chunks into staging. */
  async writeMetadata(order: MetadataOrder): Promise<{ bytesStored: number; parts: number }> {
    return await writeSetMetadata(order, this.#setup.settings, this.#staging, this.#control);
  }

  /** Gives back what it holds: the job is over before its end. */
  abandon(): void {
    this.#accumulator.abandon();
  }

  #note(
    item: WorkItem,
    outcome: CopyOutcome,
    report: { links: LinkPlace[]; parts: PartReport[]; gone: BatchReport['gone'][number][]; warnings: Warning[] },
  ): void {
    const { attributes } = item;
    if (outcome.kind === 'gone') {
      report.gone.push(attributes.path);
      report.warnings.push({
        code: 'VANISHED',
        path: displayText(attributes.path),
        message: 'was gone before it could be copied; left out',
      });
      return;
    }
    const record = outcome.kind === 'stored' ? outcome.record : unreadable(item);
    if (outcome.kind === 'refused') {
      report.warnings.push({
        code: 'UNREADABLE',
        path: displayText(attributes.path),
        message: `could not be read (${outcome.reason}); kept without content`,
      });
    }
    if (item.parts > 1) {
      report.parts.push({
        path: attributes.path,
        part: item.part,
        record: this.#encodePart(item, record),
        changed: outcome.kind === 'stored' && outcome.changed,
      });
      return;
    }
    if (attributes.links > 1)
      report.links.push({ device: attributes.device, inode: attributes.inode, offset: this.#spool.position });
    writeElement(this.#spool.out, record, this.#accumulator.table);
    this.#spool.settle();
  }

  #encodePart(item: WorkItem, record: ElementRecord): Uint8Array {
    const out = new ByteWriter(4096);
    if (item.part === 0) writeElement(out, record, this.#accumulator.table);
    else writeElementPart(out, item.attributes.path, item.part, record.extents, this.#accumulator.table);
    return out.view();
  }

  #sample(whole: boolean): void {
    const counts = this.#counts;
    if (whole) counts[COUNTER.elements] = (counts[COUNTER.elements] as number) + 1;
    counts[COUNTER.bytesRead] = this.#counters.bytesRead;
    counts[COUNTER.segments] = this.#counters.segments;
    counts[COUNTER.bytesStored] = this.#accumulator.storedBytes;
  }
}

const unreadable = ({ attributes }: WorkItem): ElementRecord => ({
  attributes: { ...attributes, marks: { ...attributes.marks, unreadable: true, racy: true } },
  extents: [],
});
