import type { ElementAttributes, StoredExtent } from '../../../shared/model/element.ts';
import { PART_BYTES } from '../../../shared/model/element.ts';
import { ByteWriter } from '../../engine/blockset/byte-writer.ts';
import type { SetTable } from '../../engine/blockset/records.ts';
import { elementsInDeviceOrder } from '../../engine/extents/storage-map.ts';
import type { ContentRun } from '../../engine/mover/content-run.ts';
import { writeWorkItem } from '../../engine/mover/work-batch.ts';

/** A file to be copied, mapped. */
export interface MappedFile {
  readonly attributes: ElementAttributes;
  readonly device: number;
  readonly extents: readonly ContentRun[];
  /** Its map asked for part by part instead, so that one of any length is never held whole. */
  readonly runs?: (part: number) => readonly ContentRun[];
  /** What an earlier set knows of a part of it: asked for part by part, so that a long file is never held whole. */
  readonly prior: (part: number) => readonly StoredExtent[];
}

/** Files are sorted by device address within windows of this many, or of this much content. */
const WINDOW_FILES = 2048;
const WINDOW_BYTES = 1024 * 1024 * 1024;
/** A batch keeps a front end busy for a tenth of a second or so. */
const BATCH_FILES = 256;
const BATCH_BYTES = 16 * 1024 * 1024;

/** A file longer than a part, and how many of its parts are sent to be copied. */
export interface LongFileSent {
  readonly attributes: ElementAttributes;
  readonly sent: number;
}

export type SendBatch = (items: Uint8Array<ArrayBuffer>, bytes: number, longFiles: readonly LongFileSent[]) => void;

/** The storage map of what is to be copied: orders files as they lie on the device, and cuts them into batches. */
export class WorkSender {
  readonly #table: SetTable;
  readonly #send: SendBatch;
  readonly #out = new ByteWriter(256 * 1024);
  #window: MappedFile[] = [];
  #windowBytes = 0;
  #count = 0;
  #bytes = 0;
  #longFiles: LongFileSent[] = [];

  constructor(table: SetTable, send: SendBatch) {
    this.#table = table;
    this.#send = send;
  }

  add(file: MappedFile): void {
    this.#window.push(file);
    this.#windowBytes += file.attributes.size;
    if (this.#window.length >= WINDOW_FILES || this.#windowBytes >= WINDOW_BYTES) this.flush();
  }

  /** Sends what has gathered. */
  flush(): void {
    const files = elementsInDeviceOrder(this.#window);
    this.#window = [];
    this.#windowBytes = 0;
    for (const file of files) this.#addFile(file);
    this.#sendBatch();
  }

  #addFile(file: MappedFile): void {
    const { attributes, extents, runs, prior } = file;
    const parts = partsOf(attributes);
    const sent = partsSent(file);
    if (parts > 1) this.#longFiles.push({ attributes, sent: sent.length });
    for (const part of sent) {
      const start = part * PART_BYTES;
      const end = Math.min(attributes.size, start + PART_BYTES);
      const item = { attributes, part, parts, runs: runs?.(part) ?? clipRuns(extents, start, end), prior: prior(part) };
      writeWorkItem(this.#out, item, this.#table);
      this.#count += 1;
      this.#bytes += end - start;
      if (this.#count >= BATCH_FILES || this.#bytes >= BATCH_BYTES) this.#sendBatch();
    }
  }

  #sendBatch(): void {
    if (this.#count === 0) return;
    this.#send(new Uint8Array(this.#out.view()), this.#bytes, this.#longFiles);
    this.#longFiles = [];
    this.#out.reset();
    this.#count = 0;
    this.#bytes = 0;
  }
}

/** The number of parts that a file is copied in: 1 also for one that is empty. */
export const partsOf = ({ size }: Pick<ElementAttributes, 'size'>): number => Math.max(1, Math.ceil(size / PART_BYTES));

/**
 * The parts of a file that are work: the first one, which stands for the file, and those with content. A file of some
 * bytes may be a million parts long.
 */
export const partsSent = ({ attributes, extents, runs }: MappedFile): number[] => {
  const parts = partsOf(attributes);
  if (runs) return Array.from({ length: parts }, (_, part) => part);
  const sent = [0];
  let last = 0;
  for (const { offset, length } of extents) {
    const end = Math.min(parts, Math.ceil((offset + length) / PART_BYTES));
    for (let part = Math.max(last + 1, Math.floor(offset / PART_BYTES)); part < end; part += 1) {
      sent.push(part);
      last = part;
    }
  }
  return sent;
};

/** The runs within [start, end), those at the edges cut. */
export const clipRuns = (runs: readonly ContentRun[], start: number, end: number): ContentRun[] => {
  const clipped: ContentRun[] = [];
  for (const run of runs) {
    const from = Math.max(run.offset, start);
    const to = Math.min(run.offset + run.length, end);
    if (from >= to) continue;
    clipped.push({
      offset: from,
      length: to - from,
      address: run.address === null ? null : run.address + (from - run.offset),
      ...(run.known && { known: true }),
    });
  }
  return clipped;
};
