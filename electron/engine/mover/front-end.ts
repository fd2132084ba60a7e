import { type ByteString, displayText } from '../../../shared/byte-string.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import type { ElementAttributes, ElementRecord } from '../../../shared/model/element.ts';
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

interface GrowingReport {
  readonly links: LinkPlace[];
  readonly parts: PartReport[];
  readonly gone: ByteString[];
  readonly warnings: Warning[];
}

/** The front end of a channel: copies batches of elements into staging and notes in its spool where everything went. */
export class FrontEnd {
  readonly #setup: FrontEndSetup;
  readonly #access: SourceAccess;
  readonly #staging: Staging;
  readonly #control: RunControl;
  readonly #accumulator: Accumulator;
  readonly #spool: Spool;
  readonly #counts: Float64Array;
  readonly #counters: CopyCounters;

  constructor(setup: FrontEndSetup, access: SourceAccess) {
    this.#setup = setup;
    this.#access = access;
    this.#staging = new Staging(setup.staging);
    this.#control = new RunControl(setup.control);
    this.#accumulator = new Accumulator(this.#staging, setup.settings, this.#control);
    this.#spool = new Spool(setup.spool);
    this.#counts = new Float64Array(setup.counters);
    this.#counters = sampledCounters(this.#counts);
    // As it happens: a long file takes many chunks, and ends long after the first of them is on tape.
    this.#accumulator.afterHandOver = (storedBytes) => {
      this.#counts[COUNTER.bytesStored] = storedBytes;
    };
  }

  /** Copies the items of a batch. Throws CANCELLED, IO. */
  async copyBatch(batch: Uint8Array): Promise<BatchReport> {
    const report: GrowingReport = { links: [], parts: [], gone: [], warnings: [] };
    const context = {
      accumulator: this.#accumulator,
      set: this.#setup.settings.set,
      counters: this.#counters,
      control: this.#control,
    };
    for (const item of readWorkItems(batch, this.#accumulator.table)) {
      if (this.#control.held) await this.#control.passage();
      const outcome = await copyElement(item, this.#access, context, (warning) => report.warnings.push(warning));
      this.#note(item, outcome, report);
      if (item.part === 0) this.#counts[COUNTER.elements] = (this.#counts[COUNTER.elements] as number) + 1;
    }
    return report;
  }

  /** Hands over what is left and closes the spool. */
  async finish(): Promise<SpoolFile> {
    await this.#accumulator.finish();
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

  #note(item: WorkItem, outcome: CopyOutcome, report: GrowingReport): void {
    if (item.parts > 1) {
      report.parts.push(this.#partReport(item, outcome));
      return;
    }
    const { attributes } = item;
    if (outcome.kind === 'gone') {
      report.gone.push(attributes.path);
      report.warnings.push(goneWarning(attributes.path));
      return;
    }
    if (outcome.kind === 'refused') report.warnings.push(refusedWarning(attributes.path, outcome.reason));
    const record = outcome.kind === 'stored' ? outcome.record : unreadable(attributes);
    if (attributes.links > 1) {
      // The file that was read: the path may have been given to another one since it was listed.
      const { device, inode } = record.attributes;
      report.links.push({ device, inode, offset: this.#spool.position });
    }
    writeElement(this.#spool.out, record, this.#accumulator.table);
    this.#spool.settle();
  }

  #partReport(item: WorkItem, outcome: CopyOutcome): PartReport {
    const { attributes, part } = item;
    const nothing = { path: attributes.path, part, record: new Uint8Array() };
    if (outcome.kind !== 'stored') return { ...nothing, outcome: outcome.kind };
    return {
      ...nothing,
      record: this.#encodePart(item, outcome.record),
      outcome: outcome.changed ? 'changed' : 'stored',
    };
  }

  #encodePart(item: WorkItem, record: ElementRecord): Uint8Array {
    const out = new ByteWriter(4096);
    if (item.part === 0) writeElement(out, record, this.#accumulator.table);
    else writeElementPart(out, item.attributes.path, item.part, record.extents, this.#accumulator.table);
    return out.view();
  }
}

/** Counts where they are sampled while an element is copied, however long that takes. */
const sampledCounters = (counts: Float64Array): CopyCounters => ({
  get bytesRead() {
    return counts[COUNTER.bytesRead] as number;
  },
  set bytesRead(bytes) {
    counts[COUNTER.bytesRead] = bytes;
  },
  get segments() {
    return counts[COUNTER.segments] as number;
  },
  set segments(segments) {
    counts[COUNTER.segments] = segments;
  },
});

/** The record of a file whose content could not be read. */
export const unreadable = (attributes: ElementAttributes): ElementRecord => ({
  attributes: { ...attributes, marks: { ...attributes.marks, unreadable: true, racy: true } },
  extents: [],
});

export const goneWarning = (path: ByteString): Warning => ({
  code: 'VANISHED',
  path: displayText(path),
  message: 'was gone before it could be copied; left out',
});

export const refusedWarning = (path: ByteString, reason: string): Warning => ({
  code: 'UNREADABLE',
  path: displayText(path),
  message: `could not be read (${reason}); kept without content`,
});
