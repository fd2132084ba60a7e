import fs from 'node:fs';
import { type ElementAttributes, PART_BYTES, type StoredExtent } from '../../../shared/model/element.ts';
import { ByteReader } from '../../engine/blockset/byte-reader.ts';
import { readAttributes } from '../../engine/blockset/element-codec.ts';
import { readRecords, type SetTable, TAG, writeElement, writeElementPart } from '../../engine/blockset/records.ts';
import { rawRecords, spoolStream } from '../../engine/catalog/index.ts';
import { type LinkPlace, linkKey } from '../../engine/mover/front-end-protocol.ts';
import { Spool, type SpoolFile } from '../../engine/mover/spool.ts';

/** Where the record that brought a hard-linked file's content stands. */
export interface LinkRecord extends LinkPlace {
  readonly spool: string;
}

/**
 * Gives the other names of hard-linked files the content that one name brought: reads the names' records from `names`,
 * looks up the record with the same device and inode, and writes both in one to a new spool. A name whose content could
 * not be copied under the first name (it was gone) is passed to `orphan`.
 */
export const resolveLinks = (
  names: SpoolFile,
  links: readonly LinkRecord[],
  table: SetTable,
  target: string,
  orphan: (attributes: ElementAttributes) => void,
): SpoolFile => {
  const places = new Map(links.map((link) => [linkKey(link), link]));
  const readers = new Map<string, number>();
  const out = new Spool(target);
  try {
    for (const attributes of namesIn(names.path)) {
      const place = places.get(linkKey(attributes));
      if (place === undefined) orphan(attributes);
      else copyContent(openOnce(readers, place.spool), place.offset, attributes, table, out);
    }
  } finally {
    for (const fd of readers.values()) fs.closeSync(fd);
    out.close();
  }
  return { path: out.path, records: out.records };
};

/** The attributes of the names, read piece by piece: there may be millions. */
function* namesIn(path: string): Generator<ElementAttributes> {
  for (const { tag, bytes, start, end } of rawRecords(spoolStream([path]))) {
    if (tag !== TAG.element) continue;
    yield readAttributes(new ByteReader(bytes, start, end));
  }
}

const openOnce = (readers: Map<string, number>, path: string): number => {
  const known = readers.get(path);
  if (known !== undefined) return known;
  const fd = fs.openSync(path, 'r');
  readers.set(path, fd);
  return fd;
};

/** Copies the extents of the element record at `offset`, and of the parts behind it, under other attributes. */
const copyContent = (fd: number, offset: number, attributes: ElementAttributes, table: SetTable, out: Spool): void => {
  let at = offset;
  for (let first = true; ; first = false) {
    const raw = recordAt(fd, at);
    if (raw === null || (!first && raw[0] !== TAG.elementPart)) return;
    at += raw.length;
    for (const record of readRecords(raw, table)) {
      if (record.kind === 'element') {
        const marks = record.record.attributes.marks;
        writeElement(
          out.out,
          { attributes: { ...attributes, size: record.record.attributes.size, marks }, extents: record.record.extents },
          table,
        );
        out.settle();
      } else if (record.kind === 'element-part') {
        writePart(out, attributes, record.part, record.extents, table);
      }
    }
    if (attributes.size <= PART_BYTES) return;
  }
};

const writePart = (
  out: Spool,
  attributes: ElementAttributes,
  part: number,
  extents: readonly StoredExtent[],
  table: SetTable,
): void => {
  writeElementPart(out.out, attributes.path, part, extents, table);
  out.settle(false);
};

/** The whole record at `offset`, or null at the end of the file. */
const recordAt = (fd: number, offset: number): Buffer | null => {
  const head = Buffer.alloc(16);
  const got = fs.readSync(fd, head, 0, head.length, offset);
  if (got === 0) return null;
  const input = new ByteReader(head, 0, got);
  input.byte();
  const length = input.varint();
  const record = Buffer.allocUnsafeSlow(input.position + length);
  fs.readSync(fd, record, 0, record.length, offset);
  return record;
};
