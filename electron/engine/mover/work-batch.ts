import type { ElementAttributes, StoredExtent } from '../../../shared/model/element.ts';
import { ByteReader } from '../blockset/byte-reader.ts';
import type { ByteWriter } from '../blockset/byte-writer.ts';
import { readAttributes, writeAttributes } from '../blockset/element-codec.ts';
import { readExtents, writeExtents } from '../blockset/extent-codec.ts';
import type { SetTable } from '../blockset/records.ts';
import type { ContentRun } from './content-run.ts';

/** What a front end is asked to copy: a whole file, or one part of a long one. */
export interface WorkItem {
  readonly attributes: ElementAttributes;
  readonly part: number;
  readonly parts: number;
  /** The map of the part: runs of content, ascending; what is between them are holes. */
  readonly runs: readonly ContentRun[];
  /** What an earlier set knows of the part. */
  readonly prior: readonly StoredExtent[];
}

/** Appends an item to a batch. */
export const writeWorkItem = (out: ByteWriter, item: WorkItem, table: SetTable): void => {
  writeAttributes(out, item.attributes);
  out.varint(item.part);
  out.varint(item.parts);
  out.varint(item.runs.length);
  for (const run of item.runs) {
    out.varint(run.offset);
    out.varint(run.length);
    out.varint(run.address === null ? 0 : run.address + 1);
    out.varint(run.known ? 1 : 0);
  }
  writeExtents(out, item.prior, 0, table.indexOf);
};

const readRun = (input: ByteReader): ContentRun => {
  const offset = input.varint();
  const length = input.varint();
  const address = input.varint();
  const known = input.varint() === 1;
  return { offset, length, address: address === 0 ? null : address - 1, ...(known && { known }) };
};

/** The items of a batch, in order. */
export function* readWorkItems(batch: Uint8Array, table: SetTable): Generator<WorkItem> {
  const input = new ByteReader(batch);
  while (input.remaining > 0) {
    const attributes = readAttributes(input);
    const part = input.varint();
    const parts = input.varint();
    const runs: ContentRun[] = [];
    for (let left = input.varint(); left > 0; left -= 1) runs.push(readRun(input));
    yield { attributes, part, parts, runs, prior: readExtents(input, 0, table.setOf) };
  }
}
