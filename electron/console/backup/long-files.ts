import fs from 'node:fs';
import type { ByteString } from '../../../shared/byte-string.ts';
import type { Warning } from '../../../shared/model/block-set.ts';
import type { ElementAttributes, StoredExtent } from '../../../shared/model/element.ts';
import { readRecords, type SetTable, writeElement } from '../../engine/blockset/records.ts';
import { changedWarning, RECOPIES, systemRefusal } from '../../engine/mover/copy-element.ts';
import { goneWarning, refusedWarning, unreadable } from '../../engine/mover/front-end.ts';
import type { LinkPlace, PartReport } from '../../engine/mover/front-end-protocol.ts';
import type { OpenSource, SourceAccess } from '../../engine/mover/source-access.ts';
import { Spool, type SpoolFile } from '../../engine/mover/spool.ts';
import { type LongFileSent, type MappedFile, partsOf, partsSent } from './work-sender.ts';

interface Place {
  readonly offset: number;
  readonly length: number;
}

interface LongFile {
  readonly attributes: ElementAttributes;
  /** Where the records of the parts wait that came back. */
  readonly places: Map<number, Place>;
  pending: number;
  outcome: PartReport['outcome'];
  attempts: number;
}

const RANK = { stored: 0, changed: 1, refused: 2, gone: 3 } as const;

/**
 * Files that are copied in parts, by several front ends at once. Their records wait in a spool until all parts are there;
 * then the file is judged as a whole: stored, copied again because it changed, or given up.
 */
export class LongFiles {
  readonly #files = new Map<ByteString, LongFile>();
  readonly #table: SetTable;
  readonly #access: SourceAccess;
  readonly #waiting: Spool;
  readonly #done: Spool;
  readonly #again: (file: MappedFile) => void;
  readonly #warn: (warning: Warning) => void;
  /** Records of hard-linked long files, by their place in the spool. */
  readonly links: LinkPlace[] = [];
  /** Files that were gone. */
  readonly gone: ByteString[] = [];

  constructor(
    folder: string,
    table: SetTable,
    access: SourceAccess,
    again: (file: MappedFile) => void,
    warn: (warning: Warning) => void,
  ) {
    this.#table = table;
    this.#access = access;
    this.#waiting = new Spool(`${folder}/parts-waiting`);
    this.#done = new Spool(`${folder}/parts`);
    this.#again = again;
    this.#warn = warn;
  }

  /** A file longer than a part is sent to the front ends: each part that is sent is reported. */
  expect({ attributes, sent }: LongFileSent): void {
    const attempts = this.#files.get(attributes.path)?.attempts ?? 0;
    this.#files.set(attributes.path, {
      attributes,
      places: new Map(),
      pending: sent,
      outcome: 'stored',
      attempts,
    });
  }

  /** Files that are not judged yet. */
  get pending(): number {
    return this.#files.size;
  }

  take(report: PartReport): void {
    const file = this.#files.get(report.path);
    if (file === undefined) throw new RangeError('a part came of a file that was not sent');
    file.places.set(report.part, { offset: this.#waiting.position, length: report.record.length });
    this.#waiting.out.raw(report.record);
    this.#waiting.settle();
    if (RANK[report.outcome] > RANK[file.outcome]) file.outcome = report.outcome;
    file.pending -= 1;
    if (file.pending === 0) this.#judge(file);
  }

  /** Lets go of the source. Safe to call again. */
  release(): void {
    this.#access.close();
  }

  close(): SpoolFile {
    this.#waiting.close();
    this.#done.close();
    fs.rmSync(this.#waiting.path);
    return { path: this.#done.path, records: this.#done.records };
  }

  #judge(file: LongFile): void {
    const { attributes, outcome } = file;
    if (outcome === 'gone') {
      this.#files.delete(attributes.path);
      this.gone.push(attributes.path);
      this.#warn(goneWarning(attributes.path));
    } else if (outcome === 'refused') {
      this.#files.delete(attributes.path);
      this.#warn(refusedWarning(attributes.path, 'an error while reading'));
      this.#keep(attributes, () => writeElement(this.#done.out, unreadable(attributes), this.#table));
    } else if (outcome === 'changed' && file.attempts < RECOPIES) {
      this.#copyAgain(file);
    } else {
      this.#files.delete(attributes.path);
      if (outcome === 'changed') this.#warn(changedWarning(attributes));
      this.#keepParts(file, outcome === 'changed');
    }
  }

  #keep(attributes: ElementAttributes, write: () => void): void {
    if (attributes.links > 1)
      this.links.push({ device: attributes.device, inode: attributes.inode, offset: this.#done.position });
    write();
    this.#done.settle();
  }

  #keepParts(file: LongFile, changed: boolean): void {
    const first = this.#record(file, 0);
    this.#keep(file.attributes, () => {
      if (changed)
        writeElement(
          this.#done.out,
          { attributes: marked(file.attributes), extents: this.#extents(file, 0) },
          this.#table,
        );
      else this.#done.out.raw(first);
    });
    for (const part of [...file.places.keys()].filter((each) => each > 0).sort((one, other) => one - other)) {
      this.#done.out.raw(this.#record(file, part));
      this.#done.settle(false);
    }
  }

  /** Maps the file anew and sends it out again; what the last attempt stored is known content now. */
  #copyAgain(file: LongFile): void {
    const source = this.#access.open(file.attributes.path);
    if ('gone' in source || 'refused' in source) {
      file.outcome = 'gone' in source ? 'gone' : 'refused';
      this.#judge(file);
      return;
    }
    try {
      this.#sendAgain(file, this.#mapped(file, source));
    } catch (thrown) {
      const refusal = systemRefusal(thrown);
      if (refusal === null) throw thrown;
      file.outcome = refusal.kind;
      this.#judge(file);
    } finally {
      source.close();
    }
  }

  #mapped(file: LongFile, source: OpenSource): MappedFile {
    const attributes = { ...source.attributes(), path: file.attributes.path };
    return {
      attributes,
      device: attributes.device,
      extents: source.runs(0, attributes.size),
      prior: (part) => this.#extents(file, part),
    };
  }

  /** A file that is no longer longer than a part goes the way of all others: a front end judges it, and nothing is expected. */
  #sendAgain(file: LongFile, mapped: MappedFile): void {
    if (partsOf(mapped.attributes) > 1) {
      file.attempts += 1;
      this.expect({ attributes: mapped.attributes, sent: partsSent(mapped).length });
    } else {
      this.#files.delete(file.attributes.path);
    }
    this.#again(mapped);
  }

  #record(file: LongFile, part: number): Buffer {
    const place = file.places.get(part);
    if (!place) return Buffer.alloc(0);
    return this.#waiting.read(place.offset, place.length);
  }

  #extents(file: LongFile, part: number): readonly StoredExtent[] {
    for (const record of readRecords(this.#record(file, part), this.#table)) {
      if (record.kind === 'element') return record.record.extents;
      if (record.kind === 'element-part') return record.extents;
    }
    return [];
  }
}

const marked = (attributes: ElementAttributes): ElementAttributes => ({
  ...attributes,
  marks: { ...attributes.marks, racy: true, changedWhileCopied: true },
});
